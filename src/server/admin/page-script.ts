/**
 * Script of the live page. All that comes from a caller goes through `textContent`: cluster ids, paths, messages are the
 * text of strangers.
 */
export const pageScript = `
'use strict';
const byId = (id) => document.getElementById(id);
const calls = [];
let next = 0;
let shown = null;

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(path + ': HTTP ' + response.status);
  return response.json();
}

function cell(text, kind) {
  const td = document.createElement('td');
  td.textContent = text === null || text === undefined ? '' : String(text);
  if (kind) td.className = kind;
  return td;
}

function fill(id, rows, empty, columns) {
  const trs = rows.map((cells) => {
    const tr = document.createElement('tr');
    tr.append(...cells);
    return tr;
  });
  if (trs.length === 0) {
    const td = cell(empty, 'soft');
    td.colSpan = columns;
    const tr = document.createElement('tr');
    tr.append(td);
    trs.push(tr);
  }
  byId(id).replaceChildren(...trs);
}

function size(bytes) {
  if (bytes < 1024) return bytes + ' B';
  return bytes < 1048576 ? (bytes / 1024).toFixed(1) + ' KiB' : (bytes / 1048576).toFixed(1) + ' MiB';
}

function at(time) {
  return time === null ? '' : new Date(time).toLocaleTimeString();
}

function stateKind(state) {
  return state === 'shown' ? 'good' : state === null || state === 'empty' ? 'soft' : 'bad';
}

function clusterRow(cluster) {
  const counts = Object.entries(cluster.counts || {}).filter(([, count]) => count > 0);
  const what = counts.map(([name, count]) => count + ' ' + name).join(', ');
  const state = cluster.state === null ? (cluster.registered ? 'held' : 'unregistered') : cluster.state;
  return [cell(cluster.clusterId), cell(state, stateKind(cluster.state)), cell(cluster.version), cell(at(cluster.updated)),
    cell(what), cell([cluster.reason, cluster.errorMsg].filter(Boolean).join(' | '), 'warn')];
}

function ruleRow(rule) {
  const first = rule.findings && rule.findings[0];
  return [cell(rule.id), cell(rule.level, rule.level === 'must' ? 'bad' : 'warn'), cell(rule.total),
    cell(first ? first.message + ' (call ' + first.request + ': found ' + first.found + ', expected ' + first.expected + ')' : '')];
}

function callRow(call) {
  const number = document.createElement('td');
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = call.seq;
  button.addEventListener('click', () => { shown = call.seq; detail().catch(alarm); });
  number.append(button);
  const ok = call.status === 0;
  return [number, cell(at(call.time)), cell(call.peer), cell(call.path), cell(call.outcome, call.outcome === 'unary' ? '' : 'bad'),
    cell(ok ? 'OK' : call.status + ' ' + call.statusMessage, ok ? 'good' : 'bad'), cell(size(call.requestBytes), 'number'),
    cell(call.duration.toFixed(1) + ' ms', 'number')];
}

async function detail() {
  byId('detail-section').hidden = false;
  byId('detail-title').textContent = 'Call ' + shown;
  byId('detail').textContent = JSON.stringify(await get('/api/calls/' + shown), null, 2);
  byId('detail-section').scrollIntoView({ block: 'nearest' });
}

function alarm(error) {
  byId('alarm').hidden = false;
  byId('alarm').textContent = error.message;
}

async function refresh() {
  const [status, page, clusters, verdict] = await Promise.all(
    [get('/api/status'), get('/api/calls?limit=200&after=' + next), get('/api/clusters'), get('/api/verdict')]);
  if (page.recent.lastPosition < next) {
    calls.length = 0;
    next = 0;
  } else {
    next = page.next;
  }
  calls.unshift(...page.calls.reverse());
  calls.length = Math.min(calls.length, 200);
  byId('status').textContent = status.compat + ' on ' + status.grpc + ' | ' + status.recent.lastPosition + ' calls | ' +
    status.connections + ' connections | ' + status.memory.storedSnapshots + ' snapshots held';
  const lost = status.journal.lost;
  byId('alarm').hidden = lost === 0;
  byId('alarm').textContent = lost === 0 ? '' : lost + ' calls could not be written to the journal: ' + status.journal.lastLoss;
  fill('clusters', clusters.clusters.slice(0, 100).map(clusterRow), 'No cluster has reported yet.', 6);
  const failed = (verdict.rules || []).filter((rule) => rule.status === 'failed');
  byId('outcome').textContent = verdict.outcome || '';
  fill('rules', failed.map(ruleRow), 'No rule has failed.', 4);
  fill('calls', calls.map(callRow), 'No call has come yet.', 8);
  return page.calls.length === 200;
}

async function run() {
  let wait = 1000;
  try {
    if (await refresh()) wait = 0;
  } catch (error) {
    alarm(new Error('plumbline does not answer: ' + error.message));
  }
  setTimeout(run, document.hidden ? 5000 : wait);
}
run();
`;
