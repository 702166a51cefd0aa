# The gate in a container: docker run --rm --init -v "$PWD:/work" plumbline check -- ./my-agent
# COMMAND runs inside the container; docs/guides/test-your-agent-in-ci.md says what that asks of an agent.
ARG NODE_IMAGE=node:20-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Plumbline" \
      org.opencontainers.image.description="A fake deepflow-server and a conformance gate for the agents that report to it" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /opt/plumbline
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/bin bin
COPY --from=build /build/proto proto
COPY --from=build /build/docs docs
COPY --from=build /build/dist dist
RUN ln -s /opt/plumbline/bin/plumbline.js /usr/local/bin/plumbline && mkdir /work && chown node:node /work
USER node
WORKDIR /work
# Where `serve` and `check --attach` listen once they are told to listen on 0.0.0.0: gRPC, and the live page.
EXPOSE 30035 30417
# As many helpers of V8 as there are CPUs to spare, instead of four (docs/guides/serve.md, "Thousands of agents").
ENTRYPOINT ["node", "--v8-pool-size=0", "/opt/plumbline/bin/plumbline.js"]
CMD ["--help"]
