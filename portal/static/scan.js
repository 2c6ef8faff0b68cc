// Reads the module's number from its barcode with the camera. The picture stays on the device.

const offer = document.getElementById("scan-offer");
const dialog = document.getElementById("scan");
const field = document.getElementById(offer.dataset.field);
const video = dialog.querySelector("video");
const formats = ["code_128", "data_matrix", "qr_code"];
const pause = 100; // ms between two looks, so that the page stays quick on a slow phone

const sentences = {
  starting: "Starting the camera…",
  looking: "Hold the barcode next to the serial number in front of the camera.",
  other: "That barcode is not a serial number or an IMEI. Try the one next to \"SN\" or \"IMEI\".",
  noReader: "The barcode reader could not be loaded. Try again, or type the number.",
  noStart: "The camera did not start. Try again, or type the number.",
  NotAllowedError: "The camera may not be used. Allow it for this site in the browser's settings, or type the number.",
  NotFoundError: "No camera was found. Type the number instead.",
  NotReadableError: "Another program is using the camera. Close it and try again, or type the number.",
};

const say = (words) => {
  const status = dialog.querySelector("[role=status]");
  if (status.textContent !== words) status.textContent = words; // a screen reader says it once
};

// The check digit tells an IMEI from other numbers of 15 digits.
function passesLuhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const weighed = Number(digit) * (i % 2 + 1);
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return sum % 10 === 0;
}

// What identifies a module, the best first. A label also carries part numbers and the SIM
// card's ICCID, which do not. The server judges what is sent; this only chooses.
const identifiers = [
  (digits) => digits.length === 10,
  (digits) => digits.length === 15 && digits.startsWith("11317"), // a serial number in full
  (digits) => digits.length === 15 && passesLuhn(digits),
];

function identifierIn(texts) {
  const numbers = texts.flatMap((text) => text.match(/\d+/g) ?? []);
  for (const identifies of identifiers) {
    const found = numbers.find(identifies);
    if (found) return found;
  }
  return null;
}

function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = () => { script.remove(); reject(new Error("not loaded")); };
    document.head.append(script);
  });
}

// The browser's own reader when it knows the formats, else ours, which is fetched only now.
async function makeReader() {
  const own = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []) ?? [];
  if (formats.every((format) => own.includes(format))) return new BarcodeDetector({ formats });
  if (!globalThis.BarcodeDetectionAPI) await loadScript(offer.dataset.reader);
  const api = globalThis.BarcodeDetectionAPI;
  await api.prepareZXingModule({ overrides: { locateFile: () => offer.dataset.wasm }, fireImmediately: true });
  return new api.BarcodeDetector({ formats });
}

// A reader that could not be made is tried again at the next opening.
let reader = null;
function readerOnce() {
  return reader ??= makeReader().catch((failure) => { reader = null; throw failure; });
}

// Each opening of the dialog is a visit of its own: what one still waits for when it is
// closed must not reach the next.
let visit = null;

function leave() {
  for (const track of visit?.stream?.getTracks() ?? []) track.stop();
  visit = null;
  video.srcObject = null;
}

async function startCamera(mine) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  mine.stream = stream;
  if (visit !== mine) { // closed while the browser was asking for permission
    for (const track of stream.getTracks()) track.stop();
    return;
  }
  video.srcObject = stream;
  await video.play();
}

async function look(mine, eye) {
  say(sentences.looking);
  while (visit === mine) {
    const codes = await eye.detect(video);
    if (visit !== mine) return;
    const found = identifierIn(codes.map((code) => code.rawValue));
    if (found) return take(found);
    if (codes.length > 0) say(sentences.other);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function take(number) {
  dialog.close();
  field.value = number;
  field.dispatchEvent(new Event("change", { bubbles: true })); // as if it had been typed
  field.focus();
  offer.querySelector("[role=status]").textContent = `Read from the barcode: ${number}`;
}

async function open() {
  const mine = visit = { stream: null };
  offer.querySelector("[role=status]").textContent = "";
  say(sentences.starting);
  video.hidden = false;
  dialog.showModal();
  const loading = readerOnce();
  loading.catch(() => {}); // awaited below, unless the camera fails first
  try {
    await startCamera(mine);
  } catch (refusal) {
    if (visit !== mine) return;
    leave();
    video.hidden = true;
    say(sentences[refusal.name] ?? sentences.noStart);
    return;
  }
  try {
    await look(mine, await loading);
  } catch {
    if (visit === mine) {
      leave();
      say(sentences.noReader);
    }
  }
}

if (navigator.mediaDevices?.getUserMedia && dialog.showModal) {
  offer.querySelector("button").addEventListener("click", open);
  dialog.querySelector("button").addEventListener("click", () => {
    dialog.close();
    field.focus();
  });
  dialog.addEventListener("close", leave);
  addEventListener("pagehide", () => dialog.close());
  document.addEventListener("visibilitychange", () => { if (document.hidden) dialog.close(); });
  offer.hidden = false;
}
