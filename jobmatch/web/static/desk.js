/* The check-in desk: every scan is kept on the device first and then sent, so that none is lost with the network.
   Without this file each form posts as usual. */
(function () {
  "use strict";
  var root = document.querySelector("[data-desk]");
  if (!root || !window.fetch || !window.indexedDB || !window.crypto || !crypto.subtle) return;
  var fair = root.getAttribute("data-desk"), user = root.getAttribute("data-user"), here = root.getAttribute("data-here");
  var store = null, list = null, offset = 0, busy = false, ready = false, seen = {};
  var field = root.querySelector("[data-form=scan] [name=text]"), name = root.querySelector("[data-desk-name]");

  function word(key) { return root.getAttribute("data-" + key); }
  function part(key) { return root.querySelector("[data-" + key + "]"); }

  /* ---- kept on the device ---- */
  function open() {
    return new Promise(function (done, failed) {
      /* One store for each account: a shared device shows nobody's list to the next (signing out empties it). */
      var asked = indexedDB.open("jobmatch-desk-" + user, 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("scans", { keyPath: "scan_id" });
        asked.result.createObjectStore("kept");
      };
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = failed;
    });
  }
  function ask(box, way, act) {
    return new Promise(function (done, failed) {
      var asked = act(store.transaction(box, way).objectStore(box));
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = failed;
    });
  }
  function put(box, value, key) { return ask(box, "readwrite", function (s) { return s.put(value, key); }); }
  function get(key) { return ask("kept", "readonly", function (s) { return s.get(fair + key); }); }
  function waiting() {
    return ask("scans", "readonly", function (s) { return s.getAll(); }).then(function (rows) {
      return rows.filter(function (row) { return row.fair === fair; })
        .sort(function (a, b) { return a.at < b.at ? -1 : 1; });
    });
  }
  function drop(ids) {
    return new Promise(function (done, failed) {
      var act = store.transaction("scans", "readwrite"), box = act.objectStore("scans");
      ids.forEach(function (id) { box.delete(id); });
      act.oncomplete = done; act.onerror = failed;
    });
  }

  /* ---- shown ---- */
  function show(kind, title, lines) {
    var panel = root.querySelector("[data-panel=" + kind + "]").content.firstElementChild.cloneNode(true);
    panel.querySelector("b").textContent = title;
    lines.forEach(function (line) {
      var span = document.createElement("span");
      span.textContent = line;
      panel.appendChild(span);
    });
    part("hit").replaceChildren(panel);
    field.value = "";
    field.focus();
  }
  function tag(key, text) { var one = part(key); one.textContent = text; one.hidden = !text; }
  function count() {
    return waiting().then(function (rows) {
      tag("left-count", rows.length ? word("left").replace("0", rows.length) : "");
    });
  }
  function tally(pair) {
    var shown = part("tally").querySelector(".tag");
    shown.textContent = shown.textContent.replace(/\d+ \/ \d+/, pair[0] + " / " + pair[1]);
  }
  function odd() {
    return get("odd").then(function (rows) {
      rows = rows || [];
      part("odd").hidden = !rows.length;
      part("odd-list").replaceChildren.apply(part("odd-list"), rows.map(function (text) {
        var line = document.createElement("li");
        line.textContent = text;
        return line;
      }));
    });
  }

  /* ---- sent ---- */
  function post(rows, wait, again) {
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, wait);
    return fetch(here + "/sync", {
      method: "POST", credentials: "same-origin", signal: stop.signal,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": word("token") },
      body: JSON.stringify({ scans: rows })
    }).then(function (answer) {
      clearTimeout(timer);
      if (answer.ok && !answer.redirected) return answer.json();
      if (again || answer.status >= 500 || answer.status === 429) throw new Error("later");
      /* A page that stayed open for hours has an old token: take a new one from the page, once. */
      return fetch(here, { credentials: "same-origin" }).then(function (fresh) { return fresh.text(); }).then(function (text) {
        var found = /data-token="([^"]+)"/.exec(text);
        if (!found) { forget(); tag("left-count", word("signin")); throw new Error("sign in"); }
        root.setAttribute("data-token", found[1]);
        return post(rows, 8000, true);
      });
    });
  }
  function taken(said, rows) {
    var lost = [];
    said.answers.forEach(function (one, n) {
      if (one.kind === "bad") lost.push([rows[n].text || rows[n].name, one.title].concat(one.lines).join(" · "));
    });
    tally(said.tally);
    return drop(rows.map(function (one) { return one.scan_id; })).then(function () { return lost; });
  }
  function flush() {
    if (busy || !store || !navigator.onLine) return Promise.resolve();
    busy = true;
    return waiting().then(function (rows) {
      rows = rows.slice(0, 200);
      if (!rows.length) return false;
      return post(rows, 15000).then(function (said) { return taken(said, rows); }).then(function (lost) {
        return !lost.length || get("odd").then(function (old) {
          return put("kept", (old || []).concat(lost).slice(-200), fair + "odd").then(odd);
        });
      }).then(function () { return true; });
    }).catch(function () { return false; }).then(function (more) {
      busy = false;
      return count().then(function () { return more ? flush() : null; });
    });
  }

  /* ---- scanned ---- */
  /* Readers type wherever the cursor stands; the server asks the same (readers.py). A card's number is sent, never kept. */
  function card(text) {
    var typed = (text || "").normalize("NFKC");
    var number = /^\s*JMF[0-9A-Z]{20}/i.test(typed) ? null : /(?:^|[^0-9])([0-9]{17}[0-9X])(?![0-9A-Z])/i.exec(typed);
    var found = number && /(?:姓名[:\s]*)?([\u3400-\u9fff·]{2,20})/.exec(typed);
    return number && { name: found ? found[1] : "", id_tail: number[1].slice(-4).toUpperCase() };
  }
  function isRead(text) { return /^JMF[0-9A-Z]{20}/i.test((text || "").normalize("NFKC").replace(/\s/g, "")) || card(text); }
  function leave(form, values) {
    root.querySelectorAll(form + " input").forEach(function (one) {
      if (["name", "phone", "id_tail"].indexOf(one.name) >= 0 && one.name in values) one.value = values[one.name];
    });
  }
  function askName(held) {
    leave("[data-form]", held);
    part("by-name").open = true;
    (held.name ? field : part("by-name").querySelector("[name=name]")).focus();
  }
  function mark(text) {
    return crypto.subtle.digest("SHA-256", new TextEncoder().encode(list.salt + "|" + text)).then(function (bytes) {
      return Array.prototype.map.call(new Uint8Array(bytes), function (b) { return ("0" + b.toString(16)).slice(-2); })
        .join("").slice(0, 24);
    });
  }
  function alone(scan) {
    if (scan.walk) return show("ok", scan.name, [word("offline")]);
    var text = (scan.text || "").normalize("NFKC").replace(/[\s-]/g, "");
    if (!list || !text) return show("warn", text || scan.name, [word("later")]);
    return mark(text.length > 20 ? text.toUpperCase() : text).then(function (key) {
      var isTicket = text.length > 20, found = (isTicket ? list.tickets[key] : list.numbers[key.slice(0, 4)]) || [];
      if (!found.length) return show("warn", text.slice(0, 20), [word("later")]);
      /* The mark of a typed number is short, so that nobody reads the numbers out of the list: the name decides. */
      if (found.length > 1) return show("warn", found.map(function (one) { return one[0]; }).join(" / "), [word("several")]);
      var who = found[0];
      if (seen[who[1]]) return show("warn", who[0], [word("again")]);
      seen[who[1]] = true;
      show("ok", who[0], isTicket ? [word("offline")] : [word("offline"), word("compare")]);
      return put("kept", seen, fair + "seen");
    });
  }
  function scan(fields) {
    var bytes = crypto.getRandomValues(new Uint8Array(16)), typed = fields.text, held = card(typed);
    fields.scan_id = Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
    fields.at = new Date(Date.now() + offset).toISOString();
    fields.desk = name.value;
    fields.fair = fair;
    if (held) Object.assign(fields, held, { text: "", way: "card" });
    return (held ? Promise.resolve() : put("scans", fields)).then(function () {
      if (!navigator.onLine) throw new Error("alone");
      return post([Object.assign({ live: true }, fields, held && { text: typed })], 900);
    }).then(function (said) {
      var one = said.answers[0];
      show(one.kind, one.title, one.lines);
      tally(said.tally);
      if (one.kind === "bad" && held) askName(held);
      if (one.kind === "bad" && fields.walk) leave("[data-form=walk]", fields);
      return drop([fields.scan_id]).then(count);
    }).catch(function () {
      /* Without a network a card counts by its name and last four; with the number alone there is nothing to keep. */
      if (held && held.name) return put("scans", fields).then(function () { return alone(fields); }).then(count);
      if (!held) return Promise.resolve(alone(fields)).then(count);
      show("bad", word("nobody"), [word("card")]);
      askName(held);
    });
  }

  root.addEventListener("submit", function (event) {
    var kind = event.target.getAttribute("data-form");
    if (!kind || !store) return;
    event.preventDefault();
    event.target.removeAttribute("data-sent");
    event.target.querySelectorAll("[type=submit]").forEach(function (b) { b.removeAttribute("aria-disabled"); });
    var data = new FormData(event.target), fields = {}, read = "";
    ["text", "name", "phone", "id_tail", "kind"].forEach(function (key) {
      fields[key] = (data.get(key) || "").trim();
      if (isRead(fields[key])) read = fields[key];
    });
    if (isRead(name.value)) {
      read = name.value;
      get("name").then(function (kept) { name.value = kept || ""; });
    }
    if (read) fields = { text: read, way: "scanner" };
    else if (kind === "walk") { fields.walk = true; fields.way = "walk_in"; }
    else if (fields.text) { fields.name = fields.id_tail = ""; fields.way = fields.text.length > 20 ? "scanner" : "typed"; }
    else if (fields.name && fields.id_tail) fields.way = "name";
    if (!fields.text && !fields.name) return field.focus();
    var desk = isRead(name.value) ? "" : name.value;
    event.target.reset();
    name.value = desk;
    field.focus();
    scan(fields);
  });
  part("odd-clear").addEventListener("click", function () { put("kept", [], fair + "odd").then(odd); });
  name.addEventListener("change", function () { if (!isRead(name.value)) put("kept", name.value, fair + "name"); });

  root.addEventListener("scanned", function (event) { scan({ text: event.detail, way: "camera" }); });

  /* ---- the list that goes along ---- */
  function forget() {
    list = null; seen = {};
    tag("state", "");
    return Promise.all(["list", "seen", "odd"].map(function (key) {
      return ask("kept", "readwrite", function (s) { return s.delete(fair + key); });
    })).then(odd);
  }
  function learn(found) {
    if (!found) return;
    if (Date.parse(found.until) + 6 * 3600000 < Date.now()) return forget();
    list = { salt: found.salt, tickets: {}, numbers: {} };
    found.rows.forEach(function (row) {
      var who = [row[2], row[0]];
      list.tickets[row[0]] = [who];
      (list.numbers[row[1]] = list.numbers[row[1]] || []).push(who);
    });
    tag("state", word("list").replace("0", found.rows.length));
  }
  function fetchList() {
    if (!navigator.onLine) return Promise.resolve();
    return fetch(here + "/list", { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) {
        /* Signed out, no longer named for this fair, or the fair is over: the names go. */
        if ([401, 403, 404].indexOf(answer.status) >= 0) return forget().then(function () { return null; });
        return answer.ok ? answer.json() : null;
      }).then(function (found) {
        if (!found) return null;
        offset = Date.parse(found.now) - Date.now();
        learn(found);
        /* Marks of another list do not match this one's: what was seen is asked of the server then. */
        seen = {};
        return put("kept", found, fair + "list").then(function () { return put("kept", {}, fair + "seen"); })
          .then(function () { return put("kept", offset, fair + "offset"); });
      }).catch(function () {});
  }
  open().then(function (made) {
    store = made;
    return Promise.all([get("list"), get("seen"), get("offset"), get("name")]);
  }).then(function (kept) {
    learn(kept[0]);
    seen = kept[1] || {};
    offset = kept[2] || 0;
    if (kept[3] && !name.value) name.value = kept[3];
    field.focus();
    odd();
    return count().then(fetchList).then(flush);
  });
  /* The page that is open now and its files, all or none: only then the screen says that the network may go. */
  function keep() {
    if (ready) return;
    var files = [here].concat(Array.prototype.map.call(document.querySelectorAll("link[rel=stylesheet],script[src],[data-camera]"), function (one) {
      return one.href || one.src || one.getAttribute("data-camera");
    }));
    navigator.serviceWorker.register(here + "/worker.js", { scope: here }).catch(function () {}).then(function () {
      return caches.open("jobmatch-desk-1");
    }).then(function (cache) {
      return cache.addAll(files).catch(function () {
        /* Opened without a network: what was kept before may be all of it. */
        return Promise.all(files.map(function (one) { return cache.match(one); })).then(function (found) {
          if (found.indexOf(undefined) >= 0) throw new Error("not kept");
        });
      });
    }).then(function () { ready = true; tag("ready", word("kept")); }).catch(function () {});
  }
  if (navigator.serviceWorker && window.caches) { keep(); setInterval(keep, 15000); }
  window.addEventListener("online", flush);
  document.addEventListener("visibilitychange", flush);
  setInterval(flush, 15000);
  setInterval(fetchList, 600000);
})();
