// Shows this server's own documents. The list of them is in the script tag.
const documents = document.currentScript.dataset.documents.split(" ");
window.ui = SwaggerUIBundle({
  urls: documents.map((url) => ({ url, name: url.split("/").pop() })),
  dom_id: "#swagger-ui",
  deepLinking: true,
  filter: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  persistAuthorization: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
});
