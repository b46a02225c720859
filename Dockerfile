# The service and the worker in one image; the command decides which. Settings come from the environment (docs/settings.md).
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/gonzhi
RUN python -m venv /opt/venv
# Everything that is needed and nothing that is not: first what seldom changes, so that a new release reuses this layer.
COPY setup.cfg pyproject.toml constraints.txt README.md LICENSE ./
COPY gonzhi_code ./gonzhi_code
ARG PIP_INDEX_URL
# "service,aliyun" or "service,tencent" where SMS go out over one of them.
ARG EXTRAS=service
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt ".[$EXTRAS]"

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/gonzhi --create-home gonzhi
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/gonzhi
COPY service ./service
COPY templates ./templates
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GONZHI_VAR=/var/lib/gonzhi GONZHI_HOST=0.0.0.0 PORT=8000
USER gonzhi
VOLUME /var/lib/gonzhi
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/readyz', timeout=4)"]
CMD ["python", "-m", "service", "serve"]
