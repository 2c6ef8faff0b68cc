package portal

import "github.com/gin-gonic/gin"

// settingsRoutes are the pages of the dealer's settings.
func (s *site) settingsRoutes(engine *gin.Engine) {
	engine.GET("/settings", s.user(s.settings))
	of := engine.Group("/settings/:dealer")

	of.GET("", s.user(nothingTyped(s.showProfile)))
	of.POST("", s.user(s.changeProfile))
	of.GET("/logo", s.user(s.logo))
	of.POST("/logo", s.user(s.changeLogo))
	of.POST("/logo/remove", s.user(s.removeLogo))
	of.GET("/letter-preview", s.user(s.letterPreview))

	of.GET("/stations", s.user(nothingTyped(s.showStations)))
	of.POST("/stations", s.user(s.registerStation))
	of.GET("/stations/:id", s.user(nothingTyped(s.showStation)))
	of.POST("/stations/:id", s.user(s.changeStation))
	of.POST("/stations/:id/retire", s.user(s.retireStation))
	of.POST("/stations/:id/receivers", s.user(s.addReceiver))
	of.GET("/receivers/:id", s.user(nothingTyped(s.showReceiver)))
	of.POST("/receivers/:id", s.user(s.changeReceiver))
	of.POST("/receivers/:id/retire", s.user(s.retireReceiver))

	of.GET("/panel-templates", s.user(nothingTyped(s.showPanelTemplates)))
	of.POST("/panel-templates", s.user(s.addPanelTemplate))
	of.GET("/panel-templates/:id", s.user(nothingTyped(s.showPanelTemplate)))
	of.POST("/panel-templates/:id", s.user(s.renamePanelTemplate))
	of.POST("/panel-templates/:id/retire", s.user(s.retirePanelTemplate))
	of.GET("/notifications", s.user(nothingTyped(s.showNotifications)))
	of.POST("/notifications", s.user(s.changeNotifications))
	of.GET("/package-templates", s.user(s.packageTemplates))
	of.GET("/customer-sources", s.user(nothingTyped(s.showSources)))
	of.POST("/customer-sources", s.user(s.addSource))
	of.GET("/customer-sources/:id", s.user(nothingTyped(s.showSource)))
	of.POST("/customer-sources/:id", s.user(s.renameSource))
	of.POST("/customer-sources/:id/retire", s.user(s.retireSource))

	of.GET("/users", s.user(nothingTyped(s.showStaff)))
	of.POST("/users", s.user(s.addStaff))
	of.GET("/users/:id", s.user(nothingTyped(s.showStaffMember)))
	of.POST("/users/:id", s.user(s.changeStaff))
	of.POST("/users/:id/disable", s.user(s.disableStaff))
	of.POST("/users/:id/unlink", s.user(s.unlinkStaff))
	of.POST("/users/:id/enable", s.user(s.enableStaff))
	of.POST("/users/:id/password", s.user(s.resetStaffPassword))
	of.GET("/api-keys", s.user(nothingTyped(s.showAPIKeys)))
	of.POST("/api-keys", s.user(s.createAPIKey))
	of.POST("/api-keys/:id/revoke", s.user(s.revokeAPIKey))

	of.GET("/webhooks", s.user(nothingTyped(s.showWebhooks)))
	of.POST("/webhooks", s.user(s.addWebhook))
	of.GET("/webhooks/:id", s.user(nothingTyped(s.showWebhook)))
	of.POST("/webhooks/:id/test", s.user(s.testWebhook))
	of.POST("/webhooks/:id/rotate", s.user(s.rotateWebhook))
	of.POST("/webhooks/:id/enable", s.user(s.enableWebhook))
	of.POST("/webhooks/:id/disable", s.user(s.disableWebhook))
	of.POST("/webhooks/:id/delete", s.user(s.deleteWebhook))
	of.POST("/webhooks/:id/deliveries/:delivery/replay", s.user(s.replayWebhook))
}
