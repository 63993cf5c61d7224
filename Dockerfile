# The command `contracts`, for Cloud Build, Cloud Run jobs or any scheduler.
# A digest instead of the tag makes builds repeatable: --build-arg PYTHON=python:3.13-slim@sha256:...
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS build
WORKDIR /app
# What changes seldom comes first: the packages, each pinned and hashed by the lock, none of the development group.
COPY pyproject.toml requirements.lock ./
RUN sed -n '/^uv==/,/[^\\]$/p' requirements.lock > /tmp/uv.txt \
    && pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps --requirement /tmp/uv.txt \
    && uv venv --python /usr/local/bin/python3.13 /venv \
    && uv pip install --python /venv/bin/python --no-cache --compile-bytecode --require-hashes \
        --constraint requirements.lock --requirement pyproject.toml
COPY gx ./gx
# setuptools only makes the command and goes again.
RUN echo setuptools > /tmp/setuptools.txt \
    && uv pip install --python /venv/bin/python --no-cache --require-hashes --constraint requirements.lock \
        --requirement /tmp/setuptools.txt \
    && uv pip install --python /venv/bin/python --no-cache --no-deps --no-build-isolation --editable . \
    && uv pip uninstall --python /venv/bin/python setuptools \
    && /venv/bin/python -m compileall -q gx

FROM ${PYTHON}
RUN useradd --uid 10001 --create-home contracts
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY expectations /app/expectations
COPY checkpoints /app/checkpoints
ENV PATH=/venv/bin:$PATH \
    CONTRACTS_STATE_DIR=/home/contracts/state \
    CONTRACTS_WAREHOUSE_DIR=/home/contracts/warehouse \
    GX_ANALYTICS_ENABLED=False \
    PYTHONUNBUFFERED=1
WORKDIR /app
USER 10001
ENTRYPOINT ["contracts"]
CMD ["--help"]
