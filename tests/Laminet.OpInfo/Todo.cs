namespace Laminet.OpInfo;
internal static class Masked { public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(); }
internal static class Factors { public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(); }
internal static class Fourier { public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(); }
internal static class Images { public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(); }
internal static class Pools { public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(); }
internal static class Losses { public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(); }
internal static class Normalizations { public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(); }
internal static class Polynomials { public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(); }
