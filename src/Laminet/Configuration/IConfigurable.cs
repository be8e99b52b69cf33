using System.Text.Json.Nodes;

namespace Laminet.Configuration;

/// <summary>An object that a model file can hold: the registered name of its class and its settings, never code.</summary>
public interface IConfigurable
{
    /// <summary>
    /// The settings from which an equal object is made. By convention these are the constructor's parameters, each read from the public property
    /// of the same name and written under its name in snake_case, as in Keras.
    /// </summary>
    JsonObject GetConfig();
}
