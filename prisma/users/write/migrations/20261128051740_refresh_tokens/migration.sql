-- CreateIndex
CREATE INDEX "refresh_tokens_used_idx" ON "refresh_tokens"("usedAt") WHERE ("usedAt" IS NOT NULL);
