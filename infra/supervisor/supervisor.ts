import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fchmodSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createBackoff, sleep } from '#toolkit/process/backoff.ts'
import { endProcess } from '../end-process.ts'
import { pinnedEnvironment } from '../surroundings.ts'
import type { ProcessSpec } from '../topology.ts'
import { type Lack, whyNotReady } from './why-not-ready.ts'

/** A role keeps ending before it was ever ready. The message contains the end of its log. */
export class RoleKeepsEnding extends Error {}

export type Supervised = {
  readonly spec: ProcessSpec
  /** Pid of the current process. */
  pid(): number | undefined
  /** Resolves when the role reports that it is ready. Rejects with RoleKeepsEnding. */
  ready(): Promise<void>
  /** Like `ready`, but also resolves, with the role's reason, when the role waits for an operator. */
  readyOrHeld(): Promise<string | undefined>
  /** The role's own reason for not being ready; undefined when it was ready in its current run. */
  lacks(): string | undefined
  /** Rejects when the role has ended permanently. Never resolves. */
  readonly failed: Promise<never>
  /** Ends the current process; another one replaces it. */
  restart(): void
  stop(): Promise<void>
}

/** A role that ends this often in a row before it was ready ends the whole system. */
const ENDS_IN_A_ROW = 5
/** How long a role may take to stop by itself, in milliseconds. */
const STOP_WITHIN_MS = 4_000

const root = resolve(import.meta.dirname, '..', '..')

/** Where Node caches compiled code: a role starts in half the time. */
const compileCache = join(root, 'node_modules', '.cache', 'compile')

/**
 * Runs one process and restarts it when it ends. It has its own process group, so that Ctrl-C reaches only the
 * supervisor, and an IPC channel, whose loss shows that the supervisor is gone.
 */
export function supervise(
  spec: ProcessSpec,
  options: {
    readonly logsDir: string
    /** Called with the pid of each started process. */
    readonly onSpawn?: (pid: number) => void
    /** Called when the process ended without a request. */
    readonly onEnd?: (how: string) => void
    /** Called when it is ready again, after it ended or waited for an operator. */
    readonly onReadyAgain?: () => void
    /** Called when it keeps ending; it then waits for `restart`. Without this option the role fails permanently. */
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
  /** Whether it waited for an operator at the last check, even if it has ended since. */
  let held = false
  let endsInARow = 0
  /** Resolved by `restart`: the coming end is intended, or the wait is over. */
  let restarted = Promise.withResolvers<void>()
  let restarting = false

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const log = openSync(logFile, 'a', 0o600)
      fchmodSync(log, 0o600) // an earlier version may have created it
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
        endsInARow = Math.max(endsInARow, 1) // so that `onReadyAgain` is called
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

  /** Watches one run of the process until it is ready; then its earlier ends no longer count. */
  async function untilReady(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      lack = await whyNotReady(spec.port, spec.env.HOST)
      if (lack === undefined || lack.needsOperator) {
        const wasDown = endsInARow > 0 || held
        held = lack !== undefined
        // A role that waits for an operator is up, too. It reports ready after the operator's command.
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
