import { type Books, checkBooks } from './books.ts';
import { Ending } from './ending.ts';
import { gate } from './gate.ts';
import { startGateway } from './gateway.ts';
import { clientOf } from './http.ts';
import { measureLimits } from './limits.ts';
import { setUpMerchant } from './merchant.ts';
import { type Options, readOptions, type ScenarioName, usage } from './options.ts';
import { pay } from './pay.ts';
import { startReceiver } from './receiver.ts';
import { faultsOf, linesOf, type Report, reportOf } from './report.ts';
import { sale } from './sale.ts';
import { measure, type ScenarioFigures } from './scenario.ts';

const scenarios = { sale, pay, gate };

/** `npm run bench`: a whole Tollgate under load, by HTTP. */
const bench = async ({ seconds, concurrency, scenarios: names, profile }: Options, ending: Ending) => {
  const gateway = await startGateway(ending, profile);
  const { sql } = gateway.installation;
  const receiver = await ending.begin(startReceiver(), ({ close }) => close());
  const client = clientOf(gateway.url);
  ending.defer(client.close);
  const [{ version }] = (await sql.unsafe("select current_setting('server_version') version")) as [{ version: string }];

  const scene = { gateway, client, receiver, ...(await setUpMerchant(gateway, receiver.url)) };
  const figures: Partial<Record<ScenarioName, ScenarioFigures>> = {};
  for (const name of names) figures[name] = await measure(scene, scenarios[name](scene), seconds, concurrency);
  const books: Books = await checkBooks(gateway);
  client.close();
  await gateway.program.stop();
  const limits = await measureLimits(gateway.serverUrl, Math.max(0.5, seconds / 5), concurrency);
  return reportOf({ postgres: version, seconds, concurrency, scenarios: figures, limits, books });
};

const tell = (report: Report, json: boolean): void => {
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
  await ending.around(async () => tell(await bench(options, ending), options.json));
}
