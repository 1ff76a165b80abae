# Built and run by tests/container; docs/containers.md says how to use the image.
# The base needs Python 3.11 or newer with its venv module.
ARG BASE_IMAGE=python:3.13-slim

FROM ${BASE_IMAGE} AS build
WORKDIR /src
# Two environments: what installs stays behind, what is installed has no pip.
RUN python3 -m venv /installer && python3 -m venv --without-pip /opt/finapi-mock
COPY . .
# Compiled code by hash: nothing is written at the start, whoever runs it and whichever times the files have.
RUN /installer/bin/pip --python /opt/finapi-mock/bin/python install --no-cache-dir --no-compile . \
 && /opt/finapi-mock/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/finapi-mock/lib

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="finapi-mock" \
      org.opencontainers.image.description="An offline, stateful stand-in for finAPI Access V2 and Web Form 2.0" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/finapi-mock /opt/finapi-mock
# A container is reached through its published port, so it listens on every address.
ENV PATH=/opt/finapi-mock/bin:${PATH} \
    FINAPI_MOCK_HOST=0.0.0.0 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
# A number, because Kubernetes cannot tell of a name whether it is root. Any other will do too.
USER 10001:0
EXPOSE 8420
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["finapi-mock", "health"]
# The exec form: there is no shell, and the server itself gets the signals.
ENTRYPOINT ["finapi-mock"]
