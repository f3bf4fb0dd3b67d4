# One image for every process of Village Hub; the command says which: migrate, web, live or worker.
FROM node:24-slim AS front
WORKDIR /static
COPY static/package.json static/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY static ./
RUN node build.mjs

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VILLAGE_HUB_HOME=/var/lib/village-hub VILLAGE_HUB_HOST=0.0.0.0 \
    NUMBA_CACHE_DIR=/var/lib/village-hub/compiled
WORKDIR /app
COPY requirements.lock requirements/setup.lock ./
RUN pip install --no-cache-dir --require-hashes -r setup.lock \
    && uv pip install --system --no-cache --require-hashes -r requirements.lock
COPY . .
COPY --from=front /static/dist static/dist
RUN uv pip install --system --no-cache --no-deps --no-build-isolation -e . \
    && python -m village_hub.translations \
    && groupadd --gid 10001 village-hub \
    && useradd --uid 10001 --gid village-hub --no-create-home village-hub \
    && install -d -o village-hub -g village-hub "$VILLAGE_HUB_HOME"
USER village-hub
EXPOSE 8000
ENTRYPOINT ["village-hub"]
CMD ["web"]
