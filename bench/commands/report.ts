import { type Cost, type Lane, noCost, plus } from './lane.ts'

/** Prints the cost of each lane, and the ratios to pg. @param slices of each lane, in the order they ran */
export function report(slices: ReadonlyMap<Lane, readonly Cost[]>): void {
  const costs = new Map([...slices].map(([lane, all]) => [lane, all.reduce(plus, noCost)]))
  const columns = ['api', 'gateway', 'pg'] as const
  const row = (...cells: readonly string[]) =>
    console.log(cells.map((cell, n) => (n < 2 ? cell.padEnd(10) : cell.padStart(14))).join(''))
  console.log('CPU in milliseconds per command, of the Node processes that it goes through')
  row('', '', 'commands/s', 'ratio to pg', ...columns.map((name) => `CPU ${name}`), 'CPU in all', 'ratio to pg')
  for (const [lane, cost] of costs) {
    const pg = [...costs].find(([{ name, mix }]) => name === 'pg' && mix === lane.mix)?.[1] ?? noCost
    const cpuOf = columns.map((name) => (name in cost.cpu ? shown(perCommand(cost.cpu[name], cost)) : '-'))
    row(
      lane.mix,
      lane.name,
      rate(cost).toFixed(0),
      shown(rate(cost) / rate(pg)),
      ...cpuOf,
      shown(perCommand(total(cost), cost)),
      shown(ratio(perCommand(total(cost), cost), perCommand(total(pg), pg))),
    )
  }
  const cpu = (name: Lane['name']) => median(slices, name, (cost, pg) => ratio(total(cost), total(pg)))
  const rates = (name: Lane['name']) => median(slices, name, (cost, pg) => rate(cost) / rate(pg))
  console.log(
    `ratio to pg, median of the slices: CPU per command ${cpu('api')} through one api, ${cpu('gateway')} through the gateway; ` +
      `commands/s ${rates('api')} and ${rates('gateway')}`,
  )
}

/**
 * Compares the lanes of this name with the pg lanes of the same slice. @returns the median over the slices, so that
 * other load on the machine spoils one slice and not the result.
 */
function median(
  slices: ReadonlyMap<Lane, readonly Cost[]>,
  wanted: Lane['name'],
  compare: (cost: Cost, pg: Cost) => number | undefined,
): string {
  const ofName = (name: Lane['name'], n: number) =>
    [...slices].filter(([lane]) => lane.name === name).reduce((sum, [, all]) => plus(sum, all[n] ?? noCost), noCost)
  const [first] = slices.values()
  const found = (first ?? []).map((_, n) => compare(ofName(wanted, n), ofName('pg', n)))
  const known = found.filter((figure) => figure !== undefined).sort((a, b) => a - b)
  return shown(known[Math.floor(known.length / 2)])
}

const rate = ({ commands, elapsed }: Cost) => (commands * 1_000) / elapsed

/** The CPU of all processes of a lane; undefined if one is unknown. */
const total = ({ cpu }: Cost): number | undefined =>
  Object.values(cpu).reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0)

const perCommand = (cpu: number | undefined, { commands }: Cost) => (cpu === undefined ? undefined : cpu / commands)

const ratio = (cost: number | undefined, base: number | undefined) =>
  cost === undefined || base === undefined ? undefined : cost / base

const shown = (figure: number | undefined) => figure?.toFixed(2) ?? 'not known'
