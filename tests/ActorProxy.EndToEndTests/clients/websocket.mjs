// websocket.mjs PORT HOST: sends texts and a megabyte of bytes, expects each back, closes.
import WebSocket from 'ws';
const [port, host] = process.argv.slice(2);
const socket = new WebSocket(`wss://127.0.0.1:${port}/socket`, { rejectUnauthorized: false, servername: host, headers: { Host: host } });
const messages = ['one', 'two', Buffer.alloc(1 << 20, 7), 'end'];
let echoed = 0;
socket.on('open', () => messages.forEach((message) => socket.send(message)));
socket.on('message', (data) => {
  if (!Buffer.from(messages[echoed]).equals(data)) { throw new Error(`message ${echoed} came back changed`); }
  if (++echoed === messages.length) { socket.close(1000); }
});
socket.on('close', (code) => { console.log(`echoed ${echoed} closed ${code}`); process.exit(echoed === messages.length ? 0 : 1); });
