/** What the playground shows to whoever opens it for the first time. */
export const firstDocument = `# The usual page: one fetch to one service.
query Posts {
  posts(first: 20) {
    nodes {
      title
      author { fullName }
      commentsCount
      latestComments(first: 2) {
        body
        author { fullName }
      }
    }
    pageInfo { hasNextPage }
  }
}

# To write something, sign in (with an account that \`npm start\` has printed, or one that you made by createUser), and
# paste the access token below, under Headers. It is good for some minutes.
#
#   { "Authorization": "Bearer …" }
mutation SignIn {
  signIn(input: { email: "…", password: "…" }) {
    session { accessToken expiresAt refreshToken }
    errors { code message }
  }
}

# Tells whom the token speaks for.
query Viewer {
  viewer { id username fullName }
}
`
