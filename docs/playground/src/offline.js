/**
 * The service worker: after the first visit the page works without a network.
 *
 * Promises: all files are of one version; what is not the page's own is never asked for.
 */
const FILES = __FILES__;
const CACHE = "__CACHE__";

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    // What the worker has kept, it has kept unpacked.
    const there = await Promise.all(FILES.map((name) => cache.match(name.replace(/\.gz$/, ""))));
    await cache.addAll(FILES.filter((_, place) => !there[place]));
    await self.skipWaiting();
  };
  event.waitUntil(navigator.locks.request(CACHE, fill));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("layercalc-playground-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
  };
  event.respondWith(answer());
});
