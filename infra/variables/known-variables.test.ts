import { describe, expect, test } from 'vitest'
import { isOneEditApart, misspelled } from '#toolkit/process/misspelled.ts'
import { catalogue } from '../docs/catalogue.ts'
import { knownVariables } from './known-variables.ts'

const readers = catalogue.flatMap(({ readers }) => [...readers.values()])
const all = [...new Set([...knownVariables(), ...readers.flatMap(({ shape }) => Object.keys(shape))])]

test('no variable is one edit from another, so that none looks like a misspelling', () => {
  const near = all.flatMap((a, index) => all.slice(index + 1).filter((b) => a.length > 4 && isOneEditApart(a, b)))
  expect(near).toEqual([])
})

test('every process knows the variables that begin with INKSTREAM_', () => {
  const ours = all.filter((name) => name.startsWith('INKSTREAM_'))
  expect(ours).toHaveLength(2)
  expect(misspelled(Object.fromEntries(ours.map((name) => [name, 'x'])), [])).toEqual([])
})

test('a variable of one process is not a misspelling to another', () => {
  const env = Object.fromEntries(all.map((name) => [name, 'x']))
  for (const { shape } of readers) expect(misspelled(env, Object.keys(shape))).toEqual([])
  expect(misspelled(env, knownVariables())).toEqual([])
})

/** Names that are usually set on machines, by what sets them. */
const usual: Readonly<Record<string, string>> = {
  'a shell': `PATH HOME HOST HOSTNAME HOSTTYPE USER USERNAME LOGNAME SHELL SHLVL PWD OLDPWD TERM TERM_PROGRAM COLORTERM LANG
    LC_ALL LC_CTYPE LANGUAGE EDITOR VISUAL PAGER MANPATH MAIL DISPLAY PS1 IFS _ ZDOTDIR HISTFILE HISTSIZE LS_COLORS TMPDIR
    TEMP TMP TZ SSH_CLIENT SSH_TTY SSH_AUTH_SOCK TMUX STY WINDOWID VENDOR OSTYPE MACHTYPE GROUP REMOTEHOST TTY`,
  'a desktop': `XDG_RUNTIME_DIR XDG_SESSION_ID XDG_DATA_DIRS DBUS_SESSION_BUS_ADDRESS WAYLAND_DISPLAY GDK_BACKEND
    COMPUTERNAME OS PROCESSOR_ARCHITECTURE APPDATA USERPROFILE USERDOMAIN SYSTEMROOT WSL_DISTRO_NAME VSCODE_PID`,
  CI: `CI GITHUB_ACTIONS GITHUB_TOKEN GITHUB_SHA GITHUB_REF GITHUB_ENV GITHUB_PATH GITHUB_OUTPUT GITHUB_WORKSPACE RUNNER_OS
    RUNNER_TEMP RUNNER_DEBUG GITLAB_CI CI_COMMIT_SHA CI_JOB_ID CI_PROJECT_DIR CI_REGISTRY_USER JENKINS_URL BUILD_NUMBER
    BUILD_ID BUILD_URL JOB_NAME CIRCLECI CIRCLE_SHA1 TRAVIS BUILDKITE TEAMCITY_VERSION TF_BUILD SYSTEM_TEAMPROJECT`,
  'Node and npm': `NODE NODE_PATH NODE_OPTIONS NODE_ENV NODE_DEBUG NODE_VERSION YARN_VERSION NVM_DIR NVM_BIN INIT_CWD COLOR
    NO_COLOR FORCE_COLOR npm_config_user_agent npm_execpath npm_node_execpath npm_package_name npm_lifecycle_event VITEST
    VITEST_POOL_ID VITEST_WORKER_ID TEST MODE DEV PROD SSR BASE_URL DEBUG`,
  'other programs': `JAVA_HOME JAVA_OPTS JAVA_TOOL_OPTIONS MAVEN_HOME MAVEN_OPTS M2_HOME CLASSPATH PYTHONPATH VIRTUAL_ENV
    CONDA_PREFIX GOPATH GOROOT CARGO_HOME GEM_HOME LOGLEVEL LOG_FORMAT LOG_FILE RUST_LOG PORT PORTS OTEL_SERVICE_NAME
    OTEL_EXPORTER_OTLP_ENDPOINT HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy ALL_PROXY SSL_CERT_FILE
    AWS_REGION AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY GOOGLE_APPLICATION_CREDENTIALS AZURE_CLIENT_ID
    EMAIL REPLYTO SECRET_KEY SECRET_KEY_BASE API_KEY TOKEN AUTH_TOKEN SESSION_SECRET JWT_SECRET REDIS_URL MONGO_URL`,
  'PostgreSQL and Kafka': `PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGDATA PGSSLMODE PGTZ DATABASE_URL DATABASE_HOST
    POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB POSTGRES_HOST POSTGRES_INITDB_ARGS POSTGRES_HOST_AUTH_METHOD PG_VERSION
    KAFKA_HOME KAFKA_OPTS KAFKA_HEAP_OPTS KAFKA_LISTENERS KAFKA_ADVERTISED_LISTENERS KAFKA_LOG_DIRS KAFKA_NODE_ID
    KAFKA_PROCESS_ROLES KAFKA_BROKER_ID KAFKA_ZOOKEEPER_CONNECT KAFKA_HOST KAFKA_BOOTSTRAP_SERVERS`,
  'Docker and systemd': `container DOCKER_HOST DOCKER_BUILDKIT DOCKER_CONFIG COMPOSE_PROJECT_NAME COMPOSE_FILE HOSTNAME
    INVOCATION_ID JOURNAL_STREAM NOTIFY_SOCKET WATCHDOG_USEC LISTEN_FDS LISTEN_PID MAINPID SYSTEMD_EXEC_PID CREDENTIALS_DIRECTORY`,
  Kubernetes: `KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT KUBERNETES_PORT KUBERNETES_PORT_443_TCP KUBERNETES_PORT_443_TCP_PORT
    KUBERNETES_PORT_443_TCP_PROTO KUBERNETES_PORT_443_TCP_ADDR KUBERNETES_SERVICE_PORT_HTTPS POD_NAME POD_IP NODE_NAME NAMESPACE`,
}

describe('no warning is given for variables set by', () => {
  test.each(Object.entries(usual))('%s', (_, names) => {
    const env = Object.fromEntries(names.split(/\s+/).map((name) => [name, 'x']))
    expect(Object.keys(env).length).toBeGreaterThan(8)
    expect(misspelled(env, all)).toEqual([])
  })

  test.each([
    'gateway',
    'users',
    'user',
    'users-api',
    'posts',
    'post',
    'comments-relay',
    'kafka',
    'postgres',
    'ops',
    'jwks',
  ])('Kubernetes for a Service called %s', (service) => {
    const name = service.toUpperCase().replace('-', '_')
    const links = {
      [`${name}_SERVICE_HOST`]: '10.0.0.1',
      [`${name}_SERVICE_PORT`]: '4000',
      [`${name}_SERVICE_PORT_HTTP`]: '4000',
      [`${name}_PORT`]: 'tcp://10.0.0.1:4000',
      [`${name}_PORT_4000_TCP`]: 'tcp://10.0.0.1:4000',
      [`${name}_PORT_4000_TCP_PROTO`]: 'tcp',
      [`${name}_PORT_4000_TCP_PORT`]: '4000',
      [`${name}_PORT_4000_TCP_ADDR`]: '10.0.0.1',
    }
    expect(misspelled(links, all)).toEqual([])
  })
})
