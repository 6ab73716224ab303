import { openRunFolder } from '#infra/data-folder/run-folder.ts'
import { type Author, openAuthor, quantile, untilVisible } from './author.ts'
import { cpuOf } from './commands/processes.ts'
import { environment } from './environment.ts'

const TRIES = 200
/** Queries with and without a token, by turns, so that other load on the machine affects both alike. */
const SLICES = 20
const SLICE = 200

/**
 * Measures what reading one's own writes costs: the query right after a createPost that waits for it, beside the time
 * until it is visible without a token; and the CPU of a query with a token that was reached, beside one without.
 */
export async function fresh(): Promise<void> {
  const author = await openAuthor()
  await waits(author)
  await cpu(author)
  await author.close()
}

async function waits(author: Author): Promise<void> {
  const [visible, waited]: [number[], number[]] = [[], []]
  for (let n = -20; n < TRIES; n++) {
    const before = await untilVisible(author, (await author.createPost(`Bench ${n}, polled`)).id)
    const { id, token } = await author.createPost(`Bench ${n}, waited for`)
    const began = performance.now()
    const { data, extensions } = await author.post(id, token)
    const took = performance.now() - began
    if (!extensions?.consistency?.fresh || !data?.post) throw new Error(`post ${id} was not there in time`)
    if (n < 0) continue // the warm-up
    visible.push(before)
    waited.push(took)
  }
  const shown = (times: readonly number[]) =>
    [0.5, 0.9, 0.99]
      .map((at) => `${at === 0.5 ? 'median' : `p${at * 100}`} ${quantile(times, at).toFixed(1)} ms`)
      .join(', ')
  console.log(`after a createPost, ${TRIES} tries of each by turns`)
  console.log(`  polled until it is visible:       ${shown(visible)}`)
  console.log(`  one query that waits for it:      ${shown(waited)}`)
  console.log(`  ratio of the medians:             ${(quantile(waited, 0.5) / quantile(visible, 0.5)).toFixed(2)}`)
}

async function cpu(author: Author): Promise<void> {
  const folder = openRunFolder(environment().INKSTREAM_DIR)
  const processes = ['gateway', 'posts-api'].map((name) => cpuOf(folder, name))
  const { id, token } = await author.createPost('Bench, reached')
  await author.post(id, token)
  const costOf = async (given: string | undefined) => {
    const before = processes.map((process) => process() ?? Number.NaN)
    for (let n = 0; n < SLICE; n++) await author.post(id, given)
    return processes.reduce((sum, process, index) => sum + ((process() ?? Number.NaN) - (before[index] ?? 0)), 0)
  }
  const ratios: number[] = []
  let [without, withToken] = [0, 0]
  for (let slice = -2; slice < SLICES; slice++) {
    const [one, other] =
      slice % 2 === 0 ? [await costOf(undefined), await costOf(token)] : await reversed(costOf, token)
    if (slice < 0) continue
    without += one
    withToken += other
    ratios.push(other / one)
  }
  const each = (sum: number) => (sum / (SLICES * SLICE)).toFixed(2)
  console.log(`CPU of gateway and posts' api for a query, ${SLICES * SLICE} of each by turns`)
  console.log(`  without a token ${each(without)} ms, with one that was reached ${each(withToken)} ms`)
  console.log(`  ratio, median of the slices:      ${quantile(ratios, 0.5).toFixed(3)}`)
}

async function reversed(
  costOf: (token: string | undefined) => Promise<number>,
  token: string | undefined,
): Promise<[number, number]> {
  const other = await costOf(token)
  return [await costOf(undefined), other]
}
