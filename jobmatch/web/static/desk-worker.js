/* Opens the check-in desk's page where there is no network: the last page and its files, kept on the device. */
"use strict";
var NAME = "jobmatch-desk-1";
self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", function (event) {
  var request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  var isPage = request.mode === "navigate", isFile = url.pathname.indexOf("/static/") === 0 || request.destination === "worker";
  if (!isPage && !isFile) return;
  event.respondWith(fetch(request).then(function (answer) {
    /* Only the page itself is kept: never what a sign-in page or an error says in its place. */
    if (answer.ok && !answer.redirected) {
      var copy = answer.clone();
      caches.open(NAME).then(function (cache) { cache.put(isPage ? url.pathname : request, copy); });
    }
    return answer;
  }).catch(function () {
    return caches.open(NAME).then(function (cache) { return cache.match(isPage ? url.pathname : request); })
      .then(function (kept) { return kept || Response.error(); });
  }));
});
