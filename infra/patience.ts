import { setTimeout as delay } from 'node:timers/promises'
import { CannotStart } from './cannot-start.ts'

/** In milliseconds: how often it is said what is waited for, and after how long it is given up. */
export type Patience = { readonly sayEveryMs: number; readonly giveUpAfterMs: number }

/** On a busy machine what takes two seconds elsewhere may take more than a minute. */
export const PATIENCE: Patience = { sayEveryMs: 15_000, giveUpAfterMs: 300_000 }

/**
 * Waits for `arrival`, no longer than patience lasts.
 * @param options.lacks what is waited for now, and where to look, as a noun
 * @throws CannotStart with what it lacked when it was given up
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
