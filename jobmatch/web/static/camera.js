/* Reads tickets with the camera. Where the browser cannot read codes by itself, a reader of ours does, in a thread of
   its own. What was read goes to the page as the event "scanned", or into the field of the button's form, which is
   then sent. Without this file, or without a camera, a scanner and typing do. */
(function () {
  "use strict";
  var button = document.querySelector("[data-camera]"), video = document.querySelector("[data-video]");
  if (!button || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  var SIDE = 480, EVERY = 120, AGAIN = 3000, PATIENCE = 5000;
  var note = document.querySelector("[data-camera-note]"), brush = document.createElement("canvas").getContext("2d");
  var stream = null, timer = 0, last = "", look = null;
  brush.canvas.width = brush.canvas.height = SIDE;
  button.hidden = false;

  /* What the browser's own reader sees, or ours: the text, or nothing. */
  function own() {
    if (!window.BarcodeDetector) return Promise.resolve(null);
    return BarcodeDetector.getSupportedFormats().then(function (kinds) {
      if (kinds.indexOf("qr_code") < 0) return null;
      var reader = new BarcodeDetector({ formats: ["qr_code"] });
      return function () {
        return reader.detect(video).then(function (found) { return found.length ? found[0].rawValue : ""; });
      };
    }).catch(function () { return null; });
  }
  function ours() {
    var reader = null;
    return function () {
      /* The middle of the picture, where the ticket is held: fewer points are read faster. */
      var side = Math.min(video.videoWidth, video.videoHeight);
      brush.drawImage(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, SIDE, SIDE);
      var picture = brush.getImageData(0, 0, SIDE, SIDE);
      return new Promise(function (done, failed) {
        /* A reader that did not load, or hangs, is thrown away and the next picture gets a new one. */
        function giveUp() {
          clearTimeout(patience);
          reader.terminate();
          reader = null;
          failed();
        }
        var patience = setTimeout(giveUp, PATIENCE);
        reader = reader || new Worker(button.getAttribute("data-camera"));
        reader.onmessage = function (event) { clearTimeout(patience); done(event.data.data || ""); };
        reader.onerror = giveUp;
        reader.postMessage({ id: 0, type: "decode", data: picture }, [picture.data.buffer]);
      });
    };
  }

  function take(text) {
    if (!text || text === last) return;
    last = text;
    setTimeout(function () { last = ""; }, AGAIN);
    var field = button.form && button.form.elements[button.getAttribute("data-into")];
    if (!field) return button.dispatchEvent(new CustomEvent("scanned", { bubbles: true, detail: text }));
    stop();
    field.value = text;
    if (button.form.requestSubmit) button.form.requestSubmit(); else button.form.submit();
  }
  function watch() {
    timer = setTimeout(function () {
      if (!stream) return;
      var seen = document.hidden || !video.videoWidth ? Promise.resolve("") : look();
      seen.then(take).catch(function () {}).then(function () { if (stream) watch(); });
    }, EVERY);
  }
  function stop() {
    clearTimeout(timer);
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
    stream = null;
    video.hidden = true;
    button.setAttribute("aria-pressed", "false");
  }
  button.addEventListener("click", function () {
    if (stream) return stop();
    note.hidden = true;
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(function (found) {
      stream = found;
      video.srcObject = found;
      video.hidden = false;
      button.setAttribute("aria-pressed", "true");
      return video.play();
    }).then(own).then(function (reader) {
      look = look || reader || ours();
      watch();
    }).catch(function () { stop(); note.hidden = false; });
  });
})();
