/* Where there is no network: a page that says so, and the tickets of fairs that were opened on this device. */
"use strict";
var NAME = "jobmatch-app-1", TICKETS = "jobmatch-tickets-1", MOST = 20;
var OFFLINE = new URL("offline", self.registration.scope).pathname;
var TICKET = /\/fairs\/[^/]+\/tickets\/[^/]+$/;

/* The page for no network with the files it names. */
function keepOffline() {
  return caches.open(NAME).then(function (cache) {
    return fetch(OFFLINE, { cache: "reload" }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.clone().text().then(function (text) {
        var files = text.match(/\/static\/[^"'#\s]+/g) || [];
        return cache.addAll(files.filter(function (file, place) { return files.indexOf(file) === place; }));
      }).then(function () { return cache.put(OFFLINE, answer); });
    });
  });
}

function keepTicket(path, answer) {
  return caches.open(TICKETS).then(function (cache) {
    return cache.put(path, answer).then(function () { return cache.keys(); }).then(function (all) {
      return Promise.all(all.slice(0, Math.max(0, all.length - MOST)).map(function (one) { return cache.delete(one); }));
    });
  });
}

self.addEventListener("install", function (event) {
  self.skipWaiting();
  event.waitUntil(keepOffline());
});
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", function (event) {
  var request = event.request, path = new URL(request.url).pathname;
  /* Whoever signs out leaves nothing for the next one at this device. */
  if (request.method === "POST" && /\/sign-out$/.test(path)) event.waitUntil(caches.delete(TICKETS));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).then(function (answer) {
      if (TICKET.test(path) && answer.ok && !answer.redirected) event.waitUntil(keepTicket(path, answer.clone()));
      return answer;
    }).catch(function () {
      return caches.match(path).then(function (kept) { return kept || caches.match(OFFLINE); })
        .then(function (kept) { return kept || Response.error(); });
    }));
  } else if (path.indexOf("/static/") >= 0) {
    event.respondWith(fetch(request).catch(function () {
      return caches.match(request).then(function (kept) { return kept || Response.error(); });
    }));
  }
});
