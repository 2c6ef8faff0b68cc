# The whole product is one static binary: fonts, migrations, catalogue and time zones are in it.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /latchkey ./cmd/latchkey

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /latchkey /latchkey
COPY LICENSE NOTICE /
USER nonroot
ENTRYPOINT ["/latchkey"]
