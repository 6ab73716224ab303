-- CreateIndex
CREATE INDEX "comments_id_hidden_idx" ON "comments"("id") WHERE ("hidden" = true);
