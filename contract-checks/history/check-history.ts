import type { Change, Check, Side } from '../change.ts'
import { factsOf } from '../facts/facts.ts'
import { DoesNotRun } from '../facts/run-in-side.ts'
import { recordedSetChanges } from './recorded-set-changes.ts'
import { replay } from './replay.ts'
import { replayChanges } from './replay-changes.ts'

/** Whether what releases recorded is still there, and still means what it meant, to the decoders and consumers of after. */
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
    // That the list of topics does not run is told by the check of topics.
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
  remedy: 'Mend it; `npm run generate` where only the generated messages lag behind.',
})
