import Fastify from 'fastify';

/** A program that answers every PUT with its own body: the least that an HTTP server of this kind costs. Port: first word. */
const server = Fastify();
server.put('/echo', (request) => request.body);
server.get('/', () => ({}));
process.on('SIGTERM', () => process.exit(0));
await server.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
