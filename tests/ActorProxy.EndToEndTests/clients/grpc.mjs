// grpc.mjs serve: an echo of bidirectional streams on a free port, printed. grpc.mjs call PORT HOST CA: talks to it.
import grpc from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
const same = (bytes) => bytes;
const service = {
  Echo: { path: '/test.Echo/Echo', requestStream: true, responseStream: true, requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same },
};
const [mode, ...rest] = process.argv.slice(2);
if (mode === 'serve') {
  const server = new grpc.Server();
  server.addService(service, {
    Echo(call) {
      call.on('data', (message) => call.write(message));
      call.on('end', () => { const trailers = new grpc.Metadata(); trailers.set('x-count', 'told'); call.end(trailers); });
    },
  });
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => { if (error) { throw error; } console.log(port); });
} else {
  const [port, host, ca, silence] = rest;
  const Client = grpc.makeGenericClientConstructor(service, 'Echo');
  const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createSsl(readFileSync(ca)), { 'grpc.ssl_target_name_override': host, 'grpc.default_authority': host });
  const other = client.Echo();   // stays silent on the same connection meanwhile
  const call = client.Echo();
  let received = 0;
  call.on('data', (message) => {
    if (message.toString() !== `message ${received}`) { throw new Error(`got ${message}`); }
    received++;
    if (received === 10) { setTimeout(() => { call.write(Buffer.from('message 10')); call.end(); }, Number(silence)); }
  });
  call.on('status', (status) => {
    console.log(`received ${received} status ${status.code} trailer ${status.metadata.get('x-count')}`);
    other.cancel();
    client.close();
  });
  call.on('error', (error) => { console.log(error.message); process.exit(1); });
  other.on('error', () => {});
  for (let i = 0; i < 10; i++) { call.write(Buffer.from(`message ${i}`)); }
}
