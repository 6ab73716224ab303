import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type Patience, seconds } from '../patience.ts'
import { KafkaUnavailable } from './unavailable.ts'

/** Waits until the broker listens, while its JVM runs and within the limits of `patience`. */
export async function untilListening(
  broker: ChildProcess,
  options: {
    readonly port: number
    readonly logFile: string
    /** Length of the log before the start, in bytes: a JVM that ends at once has already written to it. */
    readonly logFrom: number
    readonly patience: Patience
    readonly onProgress: (step: string) => void
  },
): Promise<void> {
  const { port, logFile, logFrom, patience, onProgress } = options
  const began = performance.now()
  for (let said = 0; ; await delay(50)) {
    if (broker.exitCode !== null || broker.signalCode !== null) {
      const end = readFileSync(logFile).subarray(logFrom).toString().trim().split('\n').slice(-8).join('\n  ')
      throw new KafkaUnavailable(`Kafka ended while it started. The end of ${logFile}:\n  ${end}`)
    }
    if (await answers(port)) return
    const waited = performance.now() - began
    if (waited > patience.giveUpAfterMs)
      throw new KafkaUnavailable(
        `Kafka did not listen on port ${port} within ${seconds(patience.giveUpAfterMs)} s; see ${logFile}.`,
      )
    if (waited > (said + 1) * patience.sayEveryMs) {
      said++
      onProgress(`still waiting for Apache Kafka after ${seconds(waited)} s; its log is ${logFile}`)
    }
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => socket.destroy() && answer(true))
    socket.once('error', () => answer(false))
  })
