/* The page that is taken along on a visit: results are kept on the device until the network is back.
   Without this file each form posts as usual. */
(function () {
  "use strict";
  var root = document.querySelector("[data-visits]");
  if (!root || !window.fetch || !window.localStorage || !window.crypto) return;
  /* One queue for each account, so that a shared device sends nobody's results under another name. */
  var KEY = "jobmatch-visits-" + root.getAttribute("data-user");
  var busy = false;

  function read() {
    try { return JSON.parse(localStorage.getItem(KEY)) || []; } catch (error) { return []; }
  }
  function write(rows) {
    localStorage.setItem(KEY, JSON.stringify(rows));
    var left = document.getElementById("left");
    left.textContent = rows.length ? root.getAttribute("data-left").replace("0", rows.length) : "";
  }
  function word(name) { return root.getAttribute("data-" + name); }

  function newKey() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }
  function today() {
    var now = new Date(Date.now() + 8 * 3600 * 1000);
    return now.toISOString().slice(0, 10);
  }

  function show(id, kind, text) {
    var card = document.getElementById("v-" + id);
    if (!card) return;
    var state = card.querySelector("[data-state]");
    state.textContent = text;
    state.className = "tag t-" + { waiting: "warn", saved: "ok", conflict: "bad", invalid: "bad" }[kind];
    var form = card.querySelector("form");
    if (form) form.hidden = kind === "saved" || kind === "conflict";
  }

  function free(form) {
    form.removeAttribute("data-sent");
    form.querySelectorAll("[type=submit]").forEach(function (b) { b.removeAttribute("aria-disabled"); });
  }

  root.addEventListener("submit", function (event) {
    var form = event.target, id = form.getAttribute("data-row");
    if (!id) return;
    event.preventDefault();
    free(form);
    var chosen = form.querySelector("[name=outcome]:checked");
    if (!chosen) return show(id, "invalid", word("choose"));
    var fields = { outcome: chosen.value, done_on: today(), client_key: newKey() };
    ["note", "next_on"].forEach(function (name) { fields[name] = form.elements[name].value; });
    var rows = read().filter(function (row) { return row.id !== id; });
    rows.push({ id: id, url: form.action, fields: fields });
    write(rows);
    show(id, "waiting", word("waiting"));
    flush();
  });

  function drop(row) {
    write(read().filter(function (other) { return other.fields.client_key !== row.fields.client_key; }));
  }

  /* Sends the rows one after another; whatever the server says about a row is shown on that row. */
  function flush() {
    var row = read()[0];
    if (busy || !row) return;
    busy = true;
    fetch(row.url, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": word("token") },
      body: new URLSearchParams(row.fields)
    }).then(function (answer) {
      if (answer.redirected || [400, 401, 403].indexOf(answer.status) >= 0) {
        show(row.id, "waiting", word("again"));
        return false;
      }
      if (answer.status === 429 || answer.status >= 500) return false;
      return answer.json().then(function (said) {
        var kind = answer.ok ? "saved" : answer.status === 422 ? "invalid" : "conflict";
        drop(row);
        show(row.id, kind, said.message || said.title);
        return true;
      });
    }).catch(function () { return false; }).then(function (more) {
      busy = false;
      if (more) flush();
    });
  }

  write(read());
  read().forEach(function (row) { show(row.id, "waiting", word("waiting")); });
  flush();
  window.addEventListener("online", flush);
  document.addEventListener("visibilitychange", flush);
  setInterval(flush, 20000);
})();
