import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `node bench/profile.ts FOLDER`: where the gateway's main thread spent its time, from the CPU profile that
 * `npm run bench -- --profile FOLDER` left there. The thread pool, which signs, is not in such a profile.
 */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

/** Whose code it is: a room of ours, a package, a module of Node, or the engine. */
const groupOf = (url: string, functionName: string): string => {
  const own = /\/src\/((?:apis|acquirers)\/[^/]+|[^/]+)/.exec(url)?.[1];
  if (own && !url.includes('/node_modules/')) return `src/${own}`;
  const name = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (name) return name;
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
  return functionName.startsWith('(') ? functionName : 'native';
};

const placeOf = (url: string): string => url.replace(/^.*\/(src|node_modules)\//, '$1/');

const add = (sums: Map<string, number>, name: string, ms: number) => sums.set(name, (sums.get(name) ?? 0) + ms);

/** Self time by function and by group, and time by function of ours with all that it calls, ms. */
const timesOf = ({ nodes, samples, timeDeltas }: Profile) => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const functions = new Map<string, number>();
  const groups = new Map<string, number>();
  const whole = new Map<string, number>();
  samples.forEach((sample, index) => {
    const ms = timeDeltas[index]! / 1_000;
    const { functionName, url, lineNumber } = byId.get(sample)!.callFrame;
    if (functionName === '(idle)' || functionName === '(program)') return;
    add(functions, `${functionName || '(nameless)'} ${placeOf(url)}:${lineNumber + 1}`, ms);
    add(groups, groupOf(url, functionName), ms);
    const seen = new Set<string>();
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const frame = byId.get(id)!.callFrame;
      const name = `${frame.functionName || '(nameless)'} ${placeOf(frame.url)}:${frame.lineNumber + 1}`;
      if (seen.has(name)) continue;
      seen.add(name);
      if (frame.url !== '') add(whole, name, ms);
    }
  });
  return { functions, groups, whole };
};

const print = (title: string, sums: ReadonlyMap<string, number>, totalMs: number, countMax: number) => {
  console.log(title);
  for (const [name, ms] of [...sums].sort((a, b) => b[1] - a[1]).slice(0, countMax)) {
    console.log(
      `  ${((ms / totalMs) * 100).toFixed(1).padStart(5)} %  ${Math.round(ms).toString().padStart(6)} ms  ${name}`,
    );
  }
};

const folder = process.argv[2] ?? '.';
for (const file of globSync('*.cpuprofile', { cwd: folder })) {
  const { functions, groups, whole } = timesOf(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const totalMs = [...groups.values()].reduce((sum, ms) => sum + ms, 0);
  console.log(`${file}: ${Math.round(totalMs)} ms busy`);
  print('self time by room, package or module', groups, totalMs, 25);
  print('self time by function', functions, totalMs, 40);
  print('time with all that is called', whole, totalMs, 80);
}
