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
  // "Try it out" calls this server, whatever the document names: the port may be another one,
  // and a document of the user's own names finAPI's servers.
  requestInterceptor: (request) => {
    const url = new URL(request.url, window.location.href);
    request.url = window.location.origin + url.pathname + url.search;
    return request;
  },
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
});
