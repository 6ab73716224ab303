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

# To write something, sign in: as a sample author, or
# with an account that you made by createUser. Paste
# the access token below, under Headers:
#
#   { "Authorization": "Bearer …" }
mutation SignIn {
  signIn(input: {
    email: "mara_k@inkstream.example"
    password: "ink that dries"
  }) {
    session { accessToken expiresAt refreshToken }
    errors { code message }
  }
}

# Tells whom the token speaks for.
query Viewer {
  viewer { id username fullName }
}
`
