/* Small helpers. Every page works without this file; it only guards, focuses and tells. */
(function () {
  "use strict";
  var doc = document;

  function toast(key) {
    var box = doc.getElementById("toast");
    if (!box) return;
    box.textContent = box.getAttribute("data-" + key) || "";
    clearTimeout(toast.timer);
    toast.timer = setTimeout(function () { box.textContent = ""; }, 6000);
  }

  /* A form that changes something is sent once. The button is not disabled,
     because a disabled button would drop out of what is sent. */
  function release(form) {
    form.removeAttribute("data-sent");
    form.querySelectorAll("[type=submit]").forEach(function (b) { b.removeAttribute("aria-disabled"); });
  }
  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.setAttribute("data-sent", "");
    form.querySelectorAll("[type=submit]").forEach(function (b) { b.setAttribute("aria-disabled", "true"); });
    /* A form that answers with a file leaves the page standing: free it again. */
    setTimeout(release, 8000, form);
  }, true);
  window.addEventListener("pageshow", function () {
    doc.querySelectorAll("form[data-sent]").forEach(release);
  });

  /* The error summary gets the focus; its links go to the field itself. */
  function focusErrors(root) {
    var box = root.querySelector(".errsum");
    if (box) box.focus();
  }
  focusErrors(doc);

  /* Pages for people say what to show where there is no network. */
  var app = doc.querySelector("link[data-worker]");
  if (app && navigator.serviceWorker) navigator.serviceWorker.register(app.getAttribute("data-worker")).catch(function () {});

  doc.addEventListener("click", function (event) {
    var target = event.target.closest(".errsum a, [data-copy], [data-print]");
    if (!target) return;
    if (target.hasAttribute("data-print")) return window.print();
    if (target.hasAttribute("data-copy")) return copy(target.getAttribute("data-copy"));
    var field = doc.getElementById(target.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });

  /* A sheet of paper is keyed with Enter: to the next field, at the end to the button. */
  doc.addEventListener("keydown", function (event) {
    var grid = event.key === "Enter" && event.target.closest("[data-grid]");
    if (!grid || event.isComposing) return;
    event.preventDefault();
    var fields = [].slice.call(grid.querySelectorAll(".ctl"));
    var next = fields[fields.indexOf(event.target) + 1];
    (next || event.target.form.querySelector("[type=submit]")).focus();
  });

  /* The clipboard needs HTTPS; inside a closed network a selected field does the same. */
  function copy(text) {
    if (navigator.clipboard) {
      return navigator.clipboard.writeText(text).then(function () { toast("copied"); });
    }
    var area = doc.createElement("textarea");
    area.value = text;
    doc.body.appendChild(area);
    area.select();
    if (doc.execCommand("copy")) toast("copied");
    area.remove();
  }

  /* htmx: old content dims after 150 ms, and a failure says so while the data stay. */
  doc.addEventListener("htmx:beforeRequest", function (event) {
    var d = event.detail;
    /* The arrow of an open row shuts it instead of asking again. */
    if (d.elt.matches(".rowbtn[aria-expanded=true]")) {
      var below = d.elt.closest("tr").nextElementSibling;
      if (below && below.matches(".sub")) below.remove();
      d.elt.setAttribute("aria-expanded", "false");
      return event.preventDefault();
    }
    d.xhr.dimming = setTimeout(function () {
      d.target.classList.add("busy");
      d.target.setAttribute("aria-busy", "true");
    }, 150);
  });
  doc.addEventListener("htmx:afterRequest", function (event) {
    var d = event.detail;
    clearTimeout(d.xhr.dimming);
    d.target.classList.remove("busy");
    d.target.removeAttribute("aria-busy");
    if (d.successful && d.elt.matches(".rowbtn")) d.elt.setAttribute("aria-expanded", "true");
    var form = d.elt.closest("form[data-sent]");
    if (form) release(form);
  });
  doc.addEventListener("htmx:afterSwap", function (event) { focusErrors(event.target); });
  /* A screen on a wall that cannot be refreshed says so for as long as it lasts, and keeps what it shows. */
  function stale(is) { doc.documentElement.classList.toggle("is-offline", is); }
  doc.addEventListener("htmx:beforeSwap", function (event) {
    var d = event.detail;
    if (d.isError || d.target.id !== "main") return;
    /* Whoever was signed out is led to another page, which does not belong on the screen. */
    var strange = d.xhr.responseURL.indexOf(d.pathInfo.requestPath) < 0;
    if (strange) d.shouldSwap = false;
    stale(strange);
  });
  ["sendError", "timeout", "responseError"].forEach(function (name) {
    doc.addEventListener("htmx:" + name, function () { stale(true); });
  });
  doc.addEventListener("htmx:sendError", function () { toast("offline"); });
  doc.addEventListener("htmx:timeout", function () { toast("offline"); });
  doc.addEventListener("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    if (status !== 422) toast(status === 429 ? "slow" : "failed");
  });

  /* Whoever signs out leaves no names on the device: lists and kept pages of check-in desks go. Scans that were not
     sent yet stay, for nobody but the account that made them. */
  function empty(name) {
    return new Promise(function (done) {
      var asked = indexedDB.open(name);
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
  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if (!/\/sign-out$/.test(form.action) || !window.indexedDB || !indexedDB.databases) return;
    event.preventDefault();
    var late = new Promise(function (done) { setTimeout(done, 2000); });
    var gone = indexedDB.databases().then(function (found) {
      var names = found.map(function (one) { return one.name; });
      var desks = names.filter(function (name) { return name.indexOf("jobmatch-desk-") === 0; }).map(empty);
      return Promise.all(desks.concat(window.caches ? caches.delete("jobmatch-desk-1") : []));
    }).catch(function () {});
    Promise.race([late, gone]).then(function () { form.submit(); });
  });
})();
