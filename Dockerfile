# One image for every role; the command says which one runs.

FROM node:20.20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install --no-save --no-audit --no-fund --loglevel=error
COPY . .
RUN npm run --silent build \
 && npm prune --omit=dev --no-save --no-audit --no-fund --loglevel=error

FROM node:20.20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/deploy ./deploy
USER node
# 21080 serves the API, 21081 the HTTP calls of cabinets.
EXPOSE 21080 21081
# The size of the heap in MiB is the one in the first line of bin/powerbank.ts.
ENTRYPOINT ["node", "--max-old-space-size=1024", "dist/bin/powerbank.js"]
CMD ["serve"]
