import { readConfig } from '#cqrs/process/config.ts'
import { runProcess } from '#cqrs/process/lifecycle.ts'
import { createLog } from '#cqrs/process/log.ts'
import { commentsProjectorConfig, projector } from './wiring.ts'

const config = readConfig(commentsProjectorConfig)
const log = createLog('comments-projector', config.LOG_LEVEL)
await runProcess(log, projector(config, log))
