import { after } from 'node:test';
import Fastify from 'fastify';
import { connect } from '../src/kit/postgres.ts';
import { sandboxWorld } from '../src/sandbox/index.ts';
import { testDatabase } from './database.ts';

/** A sandbox world over HTTP on a database of its own, with a clock that `advance` moves. Gone when the test file ends. */
export const startSandboxWorld = async () => {
  const sql = connect(await testDatabase(), 4, 'sandbox');
  let offsetMs = 0;
  const clock = { now: () => Date.now() + offsetMs };
  const app = Fastify({ forceCloseConnections: true });
  const world = sandboxWorld({ sql, clock, publicUrl: 'http://pay.example' });
  await world.migrate();
  await app.register(world.plugin);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  after(async () => {
    await app.close();
    await sql.end();
  });
  const post = async (path: string, body: object) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  /** As a browser or a script posts to the issuer's page. */
  const postForm = async (fields: Record<string, string>) => {
    const response = await fetch(`${url}/sandbox/issuer/challenge`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const advance = (ms: number) => {
    offsetMs += ms;
  };
  return { url, sql, book: world.book, advance, post, postForm };
};
