/* Whoever signs out leaves no names on the device: the lists of check-in desks and their kept pages go.
   Scans that were not sent yet stay, for nobody but the account that made them. */
(function () {
  "use strict";
  var form = document.querySelector("[data-leave] form");
  if (!form || !window.indexedDB) return;

  function empty(name) {
    return new Promise(function (done) {
      var asked = indexedDB.open(name, 1);
      asked.onupgradeneeded = function () { asked.transaction.abort(); };
      asked.onerror = done;
      asked.onsuccess = function () {
        var store = asked.result, act = store.transaction(["scans", "kept"], "readwrite");
        var left = act.objectStore("scans").count();
        act.objectStore("kept").clear();
        act.onerror = done;
        act.oncomplete = function () {
          store.close();
          if (!left.result) indexedDB.deleteDatabase(name);
          done();
        };
      };
    });
  }
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var name = "jobmatch-desk-" + form.closest("[data-leave]").getAttribute("data-leave");
    var kept = window.caches ? caches.delete("jobmatch-desk-1").catch(function () {}) : null;
    var late = new Promise(function (done) { setTimeout(done, 2000); });
    Promise.race([late, Promise.all([empty(name), kept])]).then(function () { form.submit(); });
  });
})();
