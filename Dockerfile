# The portal's image: the same locked libraries as everywhere, run by an ordinary user.
FROM python:3.11-slim-bookworm AS libraries
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt /
RUN /venv/bin/pip install --require-hashes -r /requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home portal && mkdir -p /srv/var && chown portal /srv/var
COPY --from=libraries /venv /venv
COPY --chown=root:root . /srv/portal
WORKDIR /srv/portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PORTAL_VAR=/srv/var PORTAL_ENV=production
# Static files are part of the image; the settings that collecting needs are not used for anything else.
RUN SECRET_KEY=build ALLOWED_HOSTS=localhost DATABASE_URL=postgresql://build@localhost/build \
    REDIS_URL=redis://localhost/0 PORTAL_VAR=/srv/static-build \
    python manage.py collectstatic --noinput -v0 && mv /srv/static-build/static /srv/static
ENV STATIC_ROOT=/srv/static
USER portal
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "1", "--no-ws", "portal.wsgi:application"]
