import type { Cost, Lane } from './lane.ts'

/** Prints what each lane has cost, and the ratios to pg. */
export function report(costs: ReadonlyMap<Lane, Cost>): void {
  const columns = ['api', 'gateway', 'pg'] as const
  const row = (...cells: readonly string[]) =>
    console.log(cells.map((cell, n) => (n < 2 ? cell.padEnd(10) : cell.padStart(14))).join(''))
  console.log('CPU in milliseconds per command, of the Node processes that it goes through')
  row('', '', 'commands/s', 'ratio to pg', ...columns.map((name) => `CPU ${name}`), 'CPU in all', 'ratio to pg')
  for (const [lane, cost] of costs) {
    const pg = [...costs].find(([{ name, mix }]) => name === 'pg' && mix === lane.mix)?.[1]
    const cpuOf = columns.map((name) => (name in cost.cpu ? shown(perCommand(cost.cpu[name], cost)) : '-'))
    row(
      lane.mix,
      lane.name,
      rate(cost).toFixed(0),
      shown(pg && rate(cost) / rate(pg)),
      ...cpuOf,
      shown(perCommand(total(cost), cost)),
      shown(pg && ratio(total(cost), total(pg))),
    )
  }
  const sum = (wanted: Lane['name']) => {
    const all = [...costs].filter(([{ name }]) => name === wanted).map(([, cost]) => cost)
    const elapsed = all.reduce((sum, { elapsed }) => sum + elapsed, 0)
    const commands = all.reduce((sum, { commands }) => sum + commands, 0)
    const cpu = all.map(total).reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one))
    return { cpu, rate: commands / elapsed }
  }
  const [pg, api, gateway] = [sum('pg'), sum('api'), sum('gateway')]
  console.log(
    `ratio to pg: CPU per command ${shown(ratio(api.cpu, pg.cpu))} through one api, ${shown(ratio(gateway.cpu, pg.cpu))} through the gateway; ` +
      `commands/s ${shown(api.rate / pg.rate)} and ${shown(gateway.rate / pg.rate)}`,
  )
}

const rate = ({ commands, elapsed }: Cost) => (commands * 1_000) / elapsed

/** The CPU of all processes of a lane; undefined where one is not known. */
const total = ({ cpu }: Cost): number | undefined =>
  Object.values(cpu).reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0)

const perCommand = (cpu: number | undefined, { commands }: Cost) => (cpu === undefined ? undefined : cpu / commands)

const ratio = (cost: number | undefined, base: number | undefined) =>
  cost === undefined || base === undefined ? undefined : cost / base

const shown = (figure: number | undefined) => figure?.toFixed(2) ?? 'not known'
