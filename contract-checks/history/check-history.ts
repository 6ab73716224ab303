import type { Change, Check, Side } from '../change.ts'
import { factsOf } from '../facts/facts.ts'
import { DoesNotRun } from '../facts/run-in-side.ts'
import { recordedSetChanges } from './recorded-set-changes.ts'
import { replay } from './replay.ts'
import { replayChanges } from './replay-changes.ts'

/** Whether recorded events are still there and still mean the same to the decoders and consumers of the side after. */
export const checkHistory: Check = async (before, after) => [
  ...recordedSetChanges(before, after),
  ...(await replays(after)),
]

async function replays(after: Side): Promise<readonly Change[]> {
  try {
    const [facts, replayed] = await Promise.all([factsOf(after), replay(after)])
    const consumers = (topic: string) =>
      facts.projections.filter((each) => each.topic === topic).map(({ label }) => label)
    return [...facts.broken.map(doesNotRun), ...replayChanges(replayed, consumers)]
  } catch (error) {
    // The check of topics reports a list of topics that does not run.
    if (error instanceof DoesNotRun) return []
    throw error
  }
}

const doesNotRun = ({ file, error }: { file: string; error: string }): Change => ({
  level: 'breaking',
  rule: 'history.projection-does-not-run',
  message: `${file} does not run: ${error}`,
  file,
  line: null,
  breaks: ['its projector: it does not start'],
  remedy: 'Fix it; if only the generated messages are out of date, run `npm run generate`.',
})
