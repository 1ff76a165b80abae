# syntax=docker/dockerfile:1
# A base image with Python 3.11 or newer and its venv module.
ARG BASE_IMAGE=python:3.13-slim

FROM ${BASE_IMAGE} AS build
WORKDIR /src
RUN python3 -m venv /opt/finapi-mock
COPY . .
RUN /opt/finapi-mock/bin/pip install --no-cache-dir . \
 && /opt/finapi-mock/bin/python -m compileall -q /opt/finapi-mock/lib

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="finapi-mock" \
      org.opencontainers.image.description="An offline, stateful stand-in for finAPI Access V2 and Web Form 2.0" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/finapi-mock /opt/finapi-mock
# A container is reached through its published port, so it listens on every address.
ENV FINAPI_MOCK_HOST=0.0.0.0 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
EXPOSE 8420
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
  CMD ["/opt/finapi-mock/bin/finapi-mock", "health"]
# The exec form: the server is process 1 and gets the signals itself.
ENTRYPOINT ["/opt/finapi-mock/bin/finapi-mock"]
