import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fchmodSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createBackoff, sleep } from '#cqrs/process/backoff.ts'
import { endProcess } from './end-process.ts'
import { pinnedEnvironment } from './surroundings.ts'
import type { ProcessSpec } from './topology.ts'
import { type Lack, whyNotReady } from './why-not-ready.ts'

/** A role that keeps ending before it was ever ready. The message carries the end of its log. */
export class RoleKeepsEnding extends Error {}

export type Supervised = {
  readonly spec: ProcessSpec
  /** Of the process that runs now. */
  pid(): number | undefined
  /** Resolves when the role answers that it is ready. Rejects with RoleKeepsEnding. */
  ready(): Promise<void>
  /** The same, and resolves with what it says when it waits for somebody to do something: it is up as far as it can be. */
  readyOrHeld(): Promise<string | undefined>
  /** What keeps it from being ready, as it says itself; undefined when it was ready in this run of it. */
  lacks(): string | undefined
  /** Rejects when the role has ended for good. Never resolves. */
  readonly failed: Promise<never>
  /** Ends the process that runs now; another one takes its place. */
  restart(): void
  stop(): Promise<void>
}

/** A role that ends this often in a row before it was ready ends the whole. */
const ENDS_IN_A_ROW = 5
/** How long a role may take to stop by itself, in milliseconds. */
const STOP_WITHIN_MS = 4_000

const root = resolve(import.meta.dirname, '..')

/** Where Node keeps what it compiled: a role starts in half the time. */
const compileCache = join(root, 'node_modules', '.cache', 'compile')

/**
 * Runs one process and starts it again when it ends. It is in a process group of its own, so that Ctrl-C reaches the
 * supervisor alone, and holds an IPC channel, whose loss tells it that the supervisor is gone.
 */
export function supervise(
  spec: ProcessSpec,
  options: {
    readonly logsDir: string
    /** Called with the pid of each process that is started. */
    readonly onSpawn?: (pid: number) => void
    /** Called when it ended without being told to. */
    readonly onEnd?: (how: string) => void
    /** Called when it is ready again, after it ended or waited for somebody. */
    readonly onReadyAgain?: () => void
    /** Called when it keeps ending; then it waits for `restart`. Without it the role has failed for good. */
    readonly onKeepsEnding?: (error: RoleKeepsEnding) => void
  },
): Supervised {
  mkdirSync(options.logsDir, { recursive: true })
  const logFile = join(options.logsDir, `${spec.name}.log`)
  const backoff = createBackoff({ min: 100, max: 5_000 })
  const stopping = new AbortController()
  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  failed.catch(() => undefined)
  const { promise: firstReady, resolve: becomeReady } = Promise.withResolvers<void>()
  let child: ChildProcess | undefined
  const { promise: firstReadyOrHeld, resolve: becomeReadyOrHeld } = Promise.withResolvers<string | undefined>()
  let lack: Lack | undefined
  /** It waited for somebody when it was last asked, or ended and did so again. */
  let held = false
  let endsInARow = 0
  /** Set by `restart`: the end that comes is wanted, or the waiting over. */
  let restarted = Promise.withResolvers<void>()
  let restarting = false

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const log = openSync(logFile, 'a', 0o600)
      fchmodSync(log, 0o600) // also one that an earlier version made
      const running = spawn(process.execPath, [spec.file], {
        cwd: root,
        env: { ...pinnedEnvironment('TZ', 'NODE_ENV'), NODE_COMPILE_CACHE: compileCache, ...spec.env },
        stdio: ['ignore', log, log, 'ipc'],
        detached: true,
      })
      closeSync(log)
      child = running
      lack = { what: 'it does not answer', needsOperator: false }
      restarting = false
      if (running.pid !== undefined) options.onSpawn?.(running.pid)
      const over = new AbortController()
      void untilReady(AbortSignal.any([over.signal, stopping.signal]))
      const ended = await new Promise<string>((end) => {
        running.once('error', (error) => end(error.message))
        running.once('exit', (code, signal) => end(signal ?? `exit code ${code}`))
      })
      over.abort()
      if (stopping.signal.aborted) return
      if (restarting) {
        endsInARow = Math.max(endsInARow, 1) // so that it is told when it is ready again
        continue
      }
      options.onEnd?.(ended)
      endsInARow++
      if (endsInARow >= ENDS_IN_A_ROW) {
        const error = new RoleKeepsEnding(
          `${spec.name} ended ${endsInARow} times in a row before it was ready (${ended}). The end of ${logFile}:\n${tail(logFile)}`,
        )
        if (!options.onKeepsEnding) return fail(error)
        options.onKeepsEnding(error)
        restarted = Promise.withResolvers()
        await restarted.promise
        endsInARow = 1
        continue
      }
      await backoff.wait(stopping.signal)
    }
  }
  const running = run()

  return {
    spec,
    failed,
    pid: () => child?.pid,
    lacks: () => lack?.what,
    ready: () => Promise.race([failed, firstReady]),
    readyOrHeld: () => Promise.race([failed, firstReadyOrHeld]),
    restart() {
      restarting = true
      restarted.resolve()
      child?.kill('SIGTERM')
    },
    async stop() {
      stopping.abort()
      restarted.resolve()
      if (child) await endProcess(child, STOP_WITHIN_MS)
      await running
    },
  }

  /** Watches one run of the process until it says that it is ready; then its earlier ends are forgiven. */
  async function untilReady(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      lack = await whyNotReady(spec.port, spec.env.HOST)
      if (lack === undefined || lack.needsOperator) {
        const wasDown = endsInARow > 0 || held
        held = lack !== undefined
        // What waits for somebody came up, too. It says that it is ready when that was done.
        backoff.reset()
        endsInARow = 0
        becomeReadyOrHeld(lack?.what)
        if (!held) {
          if (wasDown) options.onReadyAgain?.()
          return becomeReady()
        }
      }
      await sleep(100, over)
    }
  }
}

const tail = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(-10)
    .map((line) => `  ${line}`)
    .join('\n')
