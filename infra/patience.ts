import { setTimeout as delay } from 'node:timers/promises'
import { CannotStart } from './cannot-start.ts'

/** In milliseconds: how often the wait is reported, and after how long it ends. */
export type Patience = { readonly sayEveryMs: number; readonly giveUpAfterMs: number }

/** What takes two seconds elsewhere may take more than a minute on a busy machine. */
export const PATIENCE: Patience = { sayEveryMs: 15_000, giveUpAfterMs: 300_000 }

/**
 * Waits for `arrival`, within the limits of `patience`.
 * @param options.lacks what is still missing, and where to look, as a noun
 * @throws CannotStart with what was missing when the wait ended
 */
export async function patiently<Arrived>(
  arrival: Promise<Arrived>,
  options: { readonly lacks: () => string; readonly say: (step: string) => void; readonly patience: Patience },
): Promise<Arrived> {
  const { sayEveryMs, giveUpAfterMs } = options.patience
  const over = new AbortController()
  const givingUp = async (): Promise<never> => {
    for (let waited = 0; waited < giveUpAfterMs; ) {
      const next = Math.min(sayEveryMs, giveUpAfterMs - waited)
      await delay(next, undefined, { signal: over.signal })
      waited += next
      if (waited < giveUpAfterMs) options.say(`still waiting after ${seconds(waited)} s for ${options.lacks()}`)
    }
    throw new CannotStart(`Gave up after ${seconds(giveUpAfterMs)} s of waiting for ${options.lacks()}`)
  }
  try {
    return await Promise.race([arrival, givingUp()])
  } finally {
    over.abort()
  }
}

export const seconds = (ms: number): number => Math.round(ms / 1_000)
