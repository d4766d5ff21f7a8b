// The example provider of zitadel/oidc, with one public client and its post-logout address.
package main

import (
	"context"
	"log"
	"log/slog"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

type store struct {
	*storage.Storage
}

type client struct {
	op.Client
}

// The example's clients have none.
func (client) PostLogoutRedirectURIs() []string {
	return []string{os.Getenv("POST_LOGOUT_REDIRECT_URI")}
}

func (s store) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	found, err := s.Storage.GetClientByClientID(ctx, id)
	return client{found}, err
}

func main() {
	storage.RegisterClients(storage.NativeClient("interop", os.Getenv("REDIRECT_URI")))
	users, err := storage.StoreFromFile("users.json")
	if err != nil {
		log.Fatal(err)
	}
	address := "localhost:" + os.Getenv("PORT")
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	provider := exampleop.SetupServer("http://"+address+"/", store{storage.NewStorage(users)}, logger, false)
	log.Fatal(http.ListenAndServe(address, provider))
}
