# One image for every role: the command says which.
FROM node:24-bookworm-slim AS build
WORKDIR /inkstream
# What npm ci reads first, so that a change of code alone fetches nothing again.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
# buf and node come as packages whose install scripts fetch or link what they run.
RUN npm rebuild && npm run generate && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /inkstream
COPY --from=build --chown=node:node /inkstream ./
USER node
# Every role answers here; what runs once and ends is gone before it is asked.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "gateway/main.ts"]
