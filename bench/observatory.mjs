// What MDN's HTTP Observatory says of one host: `node observatory.mjs FOLDER HOST HTTP_PORT HTTPS_PORT`.
//
// FOLDER holds the tool as npm installed it, and nothing of it is changed: it scans http://HOST and https://HOST. Only
// the sockets that it opens to ports 80 and 443 of that name end at the two ports of this machine.
import { existsSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, host, http, https] = process.argv.slice(2);
const ports = new Map([[80, Number(http)], [443, Number(https)]]);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (options?.host === host && ports.has(Number(options.port))) {
    Object.assign(options, { host: "127.0.0.1", port: ports.get(Number(options.port)) });
  }
  return connect.apply(this, given);
};

function part(path) {
  return import(pathToFileURL(join(folder, "src", path)));
}

// From version 1.5 on a site is no longer just a name.
const site = existsSync(join(folder, "src", "site.js")) ? new (await part("site.js")).Site(host, undefined, "/") : host;
const { scan, tests } = await (await part("index.js")).scan(site);
const { ALL_RESULTS } = await part("constants.js");
const { getScoreModifier } = await part("grader/grader.js");

const most = ALL_RESULTS.reduce((sum, { possibleResults }) => {
  return sum + Math.max(0, ...possibleResults.map(getScoreModifier));
}, 100);
const told = Object.entries(tests).map(([name, { pass, result, scoreModifier }]) => ({ name, pass, result, points: scoreModifier }));
console.log(JSON.stringify({ score: scan.score, grade: scan.grade, most, tests: told }));
