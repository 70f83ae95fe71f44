"use strict";
const $ = (id) => document.getElementById(id);
const SAMPLES = 120;
const shown = new Map();
let known = [];

function say(text) {
  $("trouble").textContent = text;
}

// What somebody asked for: why it failed stays until they ask for something else.
async function attempt(work) {
  say("");
  try {
    await work();
  } catch (error) {
    say(error.message);
  }
}

function length(seconds) {
  const whole = Math.floor(seconds);
  const pad = (number) => String(number).padStart(2, "0");
  return `${Math.floor(whole / 60)}:${pad(whole % 60)}`;
}

// --- dial pad

for (const key of "123456789*0#") {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = key;
  button.addEventListener("click", () => press(key));
  $("keys").append(button);
}

// In a call a key is sent, else it is dialled.
function press(key) {
  const up = known.find((call) => call.state === "confirmed" && call.selected);
  if (up) {
    attempt(async () => { await api.ask("POST", `/calls/${up.id}/dtmf`, { digits: key }); showKey(up.id, key); });
  } else {
    $("number").value += key;
  }
}

$("back").addEventListener("click", () => { $("number").value = $("number").value.slice(0, -1); });
$("dial").addEventListener("submit", (event) => {
  event.preventDefault();
  const target = $("number").value.trim();
  if (target) attempt(async () => { await api.ask("POST", "/calls", { target }); $("number").value = ""; await refresh(); });
});
$("message").addEventListener("submit", (event) => {
  event.preventDefault();
  const [to, text] = [$("number").value.trim(), $("text").value.trim()];
  if (!to || !text) return say("to whom, and what?");
  attempt(async () => { await api.ask("POST", "/messages", { to, text }); $("text").value = ""; });
});

// A switch that somebody has just used stays as they left it: what was asked for before, or meanwhile, knows nothing of it.
let switched = 0;
let switching = 0;
function onSwitch(id, path, field) {
  $(id).addEventListener("change", () => attempt(async () => {
    switching += 1;
    try {
      await api.ask("PATCH", path, { [field]: $(id).checked });
    } finally {
      switching -= 1;
      switched += 1;
      refreshed();
    }
  }));
}

onSwitch("muted", "/sound", "microphone_muted");
onSwitch("dnd", "/buttons", "dnd");

// --- calls

const DO = {
  answer: (id) => api.ask("POST", `/calls/${id}/answer`),
  reject: (id) => api.ask("POST", `/calls/${id}/reject`, {}),
  hold: (id) => api.ask("PUT", `/calls/${id}/hold`, { on: true }),
  resume: (id) => api.ask("PUT", `/calls/${id}/hold`, { on: false }),
  record: (id) => api.ask("PUT", `/calls/${id}/recording`, { on: true }),
  stop: (id) => api.ask("PUT", `/calls/${id}/recording`, { on: false }),
  hangup: (id) => api.ask("DELETE", `/calls/${id}`),
};

function item(call) {
  let entry = shown.get(call.id);
  if (!entry) {
    const element = $("call-template").content.firstElementChild.cloneNode(true);
    element.addEventListener("click", (event) => {
      const what = event.target.dataset.do;
      if (what) attempt(async () => { await DO[what](call.id); await refresh(); });
    });
    entry = { element, mos: [] };
    shown.set(call.id, entry);
    $("calls").append(element);
  }
  return entry;
}

function showCalls(calls) {
  known = calls;
  for (const [id, entry] of shown) {
    if (!calls.some((call) => call.id === id)) {
      entry.element.remove();
      shown.delete(id);
    }
  }
  for (const call of calls) {
    const { element } = item(call), recorded = call.is_recording;
    const up = call.state === "confirmed";
    const held = call.hold === "local" || call.hold === "both";
    element.dataset.call = call.id;
    element.querySelector(".who").textContent = call.name ? `${call.name} (${call.number})` : call.number || call.remote;
    const words = [call.direction, call.state, held ? "held" : "", recorded ? "recorded" : "", call.codec || "", up ? length(call.duration || 0) : ""];
    element.querySelector(".what").textContent = words.filter(Boolean).join(", ");
    const waits = call.direction === "incoming" && (call.state === "incoming" || call.state === "early");
    const visible = {
      answer: waits, reject: waits, hold: up && !held, resume: up && held, record: up && !recorded, stop: up && recorded, hangup: !waits,
    };
    for (const button of element.querySelectorAll("button")) button.hidden = !visible[button.dataset.do];
    element.querySelector(".live").hidden = !up;
  }
  $("none").hidden = calls.length > 0;
}

function showKey(id, key) {
  const entry = shown.get(id);
  if (entry) entry.element.querySelector(".keyed").textContent += key;
}

function showQuality(id, quality) {
  const entry = shown.get(id);
  if (!entry) return;
  entry.element.querySelector(".heard").value = quality.received_dbov;
  entry.element.querySelector(".said").value = quality.sent_dbov;
  const worth = quality.statistics.quality && quality.statistics.quality.received;
  // Unknown until there was something to judge.
  if (!worth) return;
  const mos = worth.mos_conversational;
  entry.element.querySelector(".mos").textContent = `MOS ${mos.toFixed(1)}, ${quality.statistics.received.lost} lost`;
  entry.mos.push(mos);
  if (entry.mos.length > SAMPLES) entry.mos.shift();
  const points = entry.mos.map((value, at) => `${at},${(30 - ((value - 1) / 3.5) * 30).toFixed(1)}`);
  entry.element.querySelector("polyline").setAttribute("points", points.join(" "));
}

async function watchQuality() {
  // Without a codec there is no audio.
  const up = known.filter((call) => call.state === "confirmed" && call.codec);
  await Promise.all(up.map(async (call) => {
    try {
      showQuality(call.id, await api.ask("GET", `/calls/${call.id}/quality`));
    } catch {
      // It has ended.
    }
  }));
  if (up.length) await refreshed();
  setTimeout(watchQuality, 1000);
}

// --- the rest

function cell(row, content) {
  const td = document.createElement("td");
  td.append(content);
  row.append(td);
  return td;
}

function showHistory(calls) {
  const rows = calls.map((call) => {
    const row = document.createElement("tr");
    cell(row, new Date(call.time).toLocaleString());
    cell(row, call.kind).className = call.kind;
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = call.name ? `${call.name} (${call.number})` : call.number;
    again.addEventListener("click", () => { $("number").value = call.number; $("number").focus(); });
    cell(row, again);
    cell(row, call.duration ? length(call.duration) : "");
    cell(row, call.info);
    return row;
  });
  $("history").replaceChildren(...rows);
}

async function load() {
  const before = switched;
  const status = await api.ask("GET", "/status");
  const account = status.accounts.find((it) => it.active);
  const who = account ? account.aor || `${account.username}@${account.domain}` : "no account";
  $("state").textContent = `${who}, ${status.registration === "none" ? "not registered" : status.registration}`;
  if (!switching && before === switched) {
    $("muted").checked = status.microphone_muted;
    $("dnd").checked = status.dnd;
  }
  showCalls(status.calls);
}

// Many events at once are one question more.
let loading = null;
let again = false;
function refresh() {
  again = true;
  loading ??= (async () => {
    try {
      while (again) {
        again = false;
        await load();
      }
    } finally {
      loading = null;
    }
  })();
  return loading;
}

async function refreshHistory() {
  showHistory(await api.ask("GET", "/history?limit=30"));
}

// Nobody asked for it; if the phone has gone, the socket tells.
async function refreshed(work = refresh) {
  try {
    await work();
  } catch {
    // The next event tells.
  }
}

// --- the connection

const OPEN = "open the link that the server printed: it has the token";

function lost(why) {
  $("state").textContent = why;
  $("main").inert = true;
  known = [];
}

async function listen() {
  try {
    await api.ask("GET", "/status");
  } catch (error) {
    if (error.status === 401) {
      // To try it again would only lock others out.
      api.forget();
      lost(`the token is not the server's any more; ${OPEN}`);
    } else {
      listenLater();
    }
    return;
  }
  const socket = api.socket("/events?names=call,incoming,hold,media,registration,settings,history,message,ready,recording");
  socket.addEventListener("open", async () => {
    try {
      await refresh();
      await refreshHistory();
      $("main").hidden = $("main").inert = false;
    } catch {
      socket.close();
    }
  });
  socket.addEventListener("message", (event) => {
    const told = JSON.parse(event.data);
    if (told.event === "history") refreshed(refreshHistory);
    else if (told.event === "message") $("news").textContent = `${told.display || told.from}: ${told.text ?? told.content_type}`;
    else refreshed();
  });
  socket.addEventListener("close", listenLater);
}

function listenLater() {
  lost("no connection to the phone");
  setTimeout(listen, 2000);
}

if (api.has()) {
  listen();
  watchQuality();
} else {
  $("state").textContent = OPEN;
}
