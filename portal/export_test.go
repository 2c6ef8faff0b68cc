package portal

import "github.com/gin-gonic/gin"

// Routes are all that the site answers to.
func Routes() gin.RoutesInfo {
	engine := gin.New()
	new(site).routes(engine)
	return engine.Routes()
}
