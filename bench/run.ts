import { writeFileSync } from 'node:fs';
import { authorize } from './authorize.ts';
import { checkBooks } from './books.ts';
import { Ending } from './ending.ts';
import { gate } from './gate.ts';
import { startGateway } from './gateway.ts';
import { clientOf } from './http.ts';
import { measureLimits } from './limits.ts';
import { linesOf } from './lines.ts';
import { setUpMerchant } from './merchant.ts';
import { type Options, readOptions, type ScenarioName, usage } from './options.ts';
import { measureOverload } from './overload.ts';
import { pay } from './pay.ts';
import { plotOf } from './plot.ts';
import { query } from './query.ts';
import { startReceiver } from './receiver.ts';
import { faultsOf, type Report, reportOf } from './report.ts';
import { rest } from './rest.ts';
import { rp } from './rp.ts';
import { sale } from './sale.ts';
import { measure, measureRates, type Scenario, type Scene } from './scenario.ts';

const scenarios: Readonly<Record<ScenarioName, (scene: Scene) => Scenario>> = {
  sale,
  pay,
  gate,
  rp,
  rest,
  authorize,
  query,
};

/** `npm run bench`: a whole Tollgate under load, by HTTP. */
const bench = async (options: Options, ending: Ending): Promise<Report> => {
  const { seconds, concurrency, ratesPerSecond, overload, latency } = options;
  const gateway = await startGateway(ending, options.profile, latency);
  const { sql } = gateway.installation;
  const receiver = await ending.begin(startReceiver(), ({ close }) => close());
  const client = clientOf(gateway.url);
  ending.defer(client.close);
  const [{ version }] = (await sql.unsafe("select current_setting('server_version') version")) as [{ version: string }];
  const scene = { gateway, client, receiver, latency, ...(await setUpMerchant(gateway, receiver.url)) };

  const each = async <T>(work: (scenario: Scenario) => Promise<T>) => {
    const figures: Partial<Record<ScenarioName, T>> = {};
    for (const name of options.scenarios) figures[name] = await work(scenarios[name](scene));
    return figures;
  };
  const isClosed = !overload && ratesPerSecond.length === 0;
  const closed = isClosed ? await each((scenario) => measure(scene, scenario, seconds, concurrency)) : {};
  const sweeps =
    ratesPerSecond.length > 0
      ? await each((scenario) => measureRates(scene, scenario, seconds, concurrency, ratesPerSecond))
      : {};
  const overloads = overload ? await each((scenario) => measureOverload(scenario, seconds, concurrency)) : {};

  const books = await checkBooks(gateway);
  client.close();
  await gateway.program.stop();
  const limits = isClosed ? await measureLimits(gateway.serverUrl, limitSeconds(seconds), concurrency) : null;
  const parts = { postgres: version, seconds, concurrency, acquirerLatency: latency };
  return reportOf({ ...parts, scenarios: closed, sweeps, overloads, limits, books });
};

/** Of each limit. */
const limitSeconds = (seconds: number) => Math.min(24, Math.max(0.2, seconds / 5));

const tell = (report: Report, { json, plot }: Options): void => {
  if (plot !== undefined) {
    const [[name, rates]] = Object.entries(report.sweeps) as [[string, NonNullable<Report['sweeps']['sale']>]];
    const { cores, seconds, acquirerLatency } = report;
    const taking = acquirerLatency ? `${acquirerLatency.medianMs}/${acquirerLatency.p99Ms}` : '0';
    writeFileSync(plot, plotOf(`${name}: ${cores} cores, ${seconds} s a rate, acquirer ${taking} ms`, rates));
  }
  console.log(json ? JSON.stringify(report, null, 2) : linesOf(report).join('\n'));
  for (const fault of faultsOf(report)) console.error(fault);
  process.exitCode = faultsOf(report).length > 0 ? 1 : 0;
};

const optionsOrUsage = (): Options | undefined => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exitCode = 2;
  }
};

const options = optionsOrUsage();
if (options) {
  const ending = new Ending();
  await ending.around(async () => tell(await bench(options, ending), options));
}
