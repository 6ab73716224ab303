-- Of the rows that are there, stubs included. A migration of its own: pages could not be read while the statement
-- runs in the transaction that added the column.
UPDATE "comments" SET "path" = "ancestorIds" || "id";

-- CreateIndex
CREATE INDEX "comments_postId_path_idx" ON "comments"("postId", "path");
