"""Moto's server, and before it the two endpoints of Cognito that it has not, over its InitiateAuth.

They make no token: what the token endpoint answers is what moto has answered, by OAuth's names.
"""

import os
from urllib.parse import urlencode

import boto3
from flask import Flask, jsonify, redirect, request
from flask_cors import CORS
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import run_simple

PORT = int(os.environ["PORT"])
EMAIL, PASSWORD = os.environ["USER_EMAIL"], os.environ["USER_PASSWORD"]

endpoints = Flask(__name__)
CORS(endpoints, origins=[os.environ["APP_ORIGIN"]])
cognito = boto3.client(
    "cognito-idp",
    endpoint_url=f"http://localhost:{PORT}",
    region_name="us-east-1",
    aws_access_key_id="any",
    aws_secret_access_key="any",
)


@endpoints.get("/authorize")
def authorize():
    """There are no pages: whoever comes is the one user."""
    answer = urlencode({"code": "any", "state": request.args["state"]})
    return redirect(f"{os.environ['REDIRECT_URI']}?{answer}")


@endpoints.post("/token")
def token():
    if request.form["grant_type"] == "refresh_token":
        flow, told = "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": request.form["refresh_token"]}
    else:
        flow, told = "USER_PASSWORD_AUTH", {"USERNAME": EMAIL, "PASSWORD": PASSWORD}
    tokens = cognito.initiate_auth(
        ClientId=request.form["client_id"], AuthFlow=flow, AuthParameters=told
    )["AuthenticationResult"]
    names = {
        "IdToken": "id_token",
        "AccessToken": "access_token",
        "RefreshToken": "refresh_token",
        "ExpiresIn": "expires_in",
        "TokenType": "token_type",
    }
    return jsonify({names[name]: value for name, value in tokens.items()})


if __name__ == "__main__":
    moto = DomainDispatcherApplication(create_backend_app)
    served = DispatcherMiddleware(moto, {"/oauth2": endpoints})
    run_simple("localhost", PORT, served, threaded=True)
