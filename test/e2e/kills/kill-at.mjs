// Loaded into an engine before all else: ends it, without a word, at a step of what becomes of a message.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { ClassicLevel } from 'classic-level';

const { KILL_AT: step, KILL_AFTER: after = '1', KILL_PORT: port } = process.env;
let left = Number(after);

const end = () => process.kill(process.pid, 'SIGKILL');
const isTime = (one) => one === step && --left === 0;

const { batch } = ClassicLevel.prototype;
ClassicLevel.prototype.batch = function (...operands) {
  const chained = batch.apply(this, operands);
  const { write } = chained;
  chained.write = (...options) => {
    if (isTime('before the commit')) end();
    const written = write.apply(chained, options);
    if (isTime('in the commit')) end();
    return written.then((answer) => {
      if (isTime('after the commit')) end();
      return answer;
    });
  };
  return chained;
};

const { write, push } = Socket.prototype;
const isBroker = (socket) => socket.remotePort === Number(port);
Socket.prototype.write = function (...operands) {
  if (isBroker(this) && isTime('before publishing')) end();
  const answer = write.apply(this, operands);
  if (isBroker(this) && isTime('after publishing')) end();
  return answer;
};
Socket.prototype.push = function (...operands) {
  const answer = push.apply(this, operands);
  if (isBroker(this) && isTime('on receiving')) end();
  return answer;
};

const { writeSync } = fs;
fs.writeSync = function (...operands) {
  if (isTime('before noting what is done')) end();
  return writeSync.apply(this, operands);
};
syncBuiltinESMExports();
